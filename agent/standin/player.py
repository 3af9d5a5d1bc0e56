"""Plays a script, step by step, in the words of one CLI."""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from agent.standin import doing
from agent.standin.dialect import Dialect
from agent.standin.ending import Ended
from agent.standin.script import Step, Verb
from agent.standin.stream import complain

Action: TypeAlias = Callable[[Dialect, str], None]

_FOR_EVER: Final = 10.0**8
_BATCH: Final = 100
_UNITS: Final = {"": 1, "k": 1000, "m": 1000**2}
_PACE: Final = "STANDIN_PACE"


def play(steps: Sequence[Step], dialect: Dialect) -> int:
    """All steps in order; the exit code."""
    pace = float(os.environ.get(_PACE, "0.05"))
    for number, step in enumerate(steps):
        dialect.progress.rest = steps[number + 1 :]
        time.sleep(pace)
        _ACTIONS[step.verb](dialect, step.about)
    code = dialect.done()
    _rest(dialect.progress.linger)
    return code


def _rest(seconds: float | None) -> None:
    time.sleep(_FOR_EVER if seconds is None else seconds)


def _say(dialect: Dialect, about: str) -> None:
    dialect.say(about)


def _think(dialect: Dialect, about: str) -> None:
    dialect.think(about or "Thinking.")


def _tool(dialect: Dialect, about: str) -> None:
    dialect.tool(about)


def _edit(dialect: Dialect, about: str) -> None:
    file, _, text = about.partition(" ")
    dialect.edit(file, text or "edited by the stand-in")


def _ask(dialect: Dialect, about: str) -> None:
    dialect.ask(about or "git push origin main")


def _sleep(_: Dialect, about: str) -> None:
    time.sleep(float(about))


def _hang(_: Dialect, _about: str) -> None:
    _rest(None)


def _linger(dialect: Dialect, about: str) -> None:
    dialect.progress.linger = float(about) if about else None


def _line(dialect: Dialect, about: str) -> None:
    digits = about.rstrip("bBkKmMiI ")
    unit = about[len(digits) :].strip().lower().removesuffix("b").removesuffix("i")
    dialect.tool("cat big.log", "x" * (int(digits) * _UNITS[unit]))


def _lines(dialect: Dialect, about: str) -> None:
    total, _, rate = about.partition(" at ")
    began = time.monotonic()
    for first in range(0, int(total), _BATCH):
        dialect.lines(first, min(_BATCH, int(total) - first))
        if rate.strip():
            time.sleep(max(0.0, began + (first + _BATCH) / float(rate) - time.monotonic()))


def _garbage(dialect: Dialect, about: str) -> None:
    dialect.stream.raw((about or "Warning: this line is not JSON") + "\n")


def _truncate(dialect: Dialect, _: str) -> None:
    dialect.stream.raw('{"type":"item.comp')
    raise Ended(1)


def _stderr(_: Dialect, about: str) -> None:
    complain(about or "something on standard error")


def _unknown(dialect: Dialect, _: str) -> None:
    dialect.unknown()


def _reconnect(dialect: Dialect, about: str) -> None:
    dialect.reconnect(int(about or 1))


def _outage(dialect: Dialect, about: str) -> None:
    raise Ended(dialect.outage(int(about or 503)))


def _stop(dialect: Dialect, about: str) -> None:
    raise Ended(dialect.stop(about or "max_turns"))


def _fail(dialect: Dialect, about: str) -> None:
    raise Ended(dialect.fail(about or "the stand-in was asked to fail"))


def _exit(_: Dialect, about: str) -> None:
    raise Ended(int(about))


def _crash(_: Dialect, _about: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _ignore_term(_: Dialect, _about: str) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _spawn(dialect: Dialect, about: str) -> None:
    dialect.say(f"child {doing.spawn(about)}")


def _env(dialect: Dialect, about: str) -> None:
    dialect.say(f"{about}={os.environ.get(about, '')}")


def _cwd(dialect: Dialect, _: str) -> None:
    dialect.say(str(Path.cwd()))


def _report(dialect: Dialect, about: str) -> None:
    done = f"Done. I looked around and left a note in {about}."
    dialect.say(done if dialect.progress.wrote else f"I looked around, but I may not write {about} here.")


_ACTIONS: Final[Mapping[Verb, Action]] = {
    Verb.SAY: _say,
    Verb.THINK: _think,
    Verb.TOOL: _tool,
    Verb.EDIT: _edit,
    Verb.NEEDS_APPROVAL: _ask,
    Verb.SLEEP: _sleep,
    Verb.HANG: _hang,
    Verb.LINGER: _linger,
    Verb.LINE: _line,
    Verb.LINES: _lines,
    Verb.GARBAGE: _garbage,
    Verb.TRUNCATE: _truncate,
    Verb.STDERR: _stderr,
    Verb.UNKNOWN_EVENT: _unknown,
    Verb.RECONNECT: _reconnect,
    Verb.API_OUTAGE: _outage,
    Verb.STOP: _stop,
    Verb.FAIL: _fail,
    Verb.EXIT: _exit,
    Verb.CRASH: _crash,
    Verb.IGNORE_TERM: _ignore_term,
    Verb.SPAWN_CHILD: _spawn,
    Verb.ENV: _env,
    Verb.CWD: _cwd,
    Verb.REPORT: _report,
}
