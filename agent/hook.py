"""Claude asks here before it uses a tool: may it, may it not, or does it stop so that a person can be asked.

Claude runs this as its PreToolUse hook, once per tool call. It reads the state database and nothing else, so it answers
while the agent is dead or busy, and it imports little, because every tool call waits for it. Whatever goes wrong is a
no: an exit code other than 0 and 2 would let the call through.

What it lets through without a question, because the session or the autonomy allows it, it notes as a line in a file
of the run, from which the agent makes a line of the timeline. A note that cannot be written holds no call up.

`python -m agent.hook --database PATH [--deny-only]`, with the event on standard input and the run in the environment.
The exit code is 0 with a decision (or without one: Claude's own rules decide), 2 with a sentence on standard error.
"""

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

if __name__ == "__main__":  # run by path and isolated: the worktree it runs in must not supply the modules
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agent.domain.approval import ApprovalState, granted, scope_of
from agent.domain.containment import Autonomy, Containment, passing
from agent.domain.run import RunState
from agent.domain.tool_call import READING, classified, tells_all, told

RUN_VARIABLE: Final = "TOCSIN_RUN_ID"
"""Names the run; the runner puts it into the environment of every CLI."""

DENY_ONLY: Final = "--deny-only"
PATIENCE_SECONDS: Final = 20
"""After which the hook ends itself, which is a no; Claude's own timeout would be a yes."""

NOTES: Final = "let-through"
"""The folder beside the database."""

_LONGEST_NAME: Final = 100
_RUN: Final = """
SELECT runs.state, coalesce(sessions.allowed_scopes, '[]')
FROM runs LEFT JOIN sessions ON sessions.id = runs.session_id WHERE runs.id = ?
"""
_APPROVALS: Final = "SELECT tool_use_id, question, state FROM approvals WHERE run_id = ? AND tool = ? ORDER BY seq DESC"
_LEFT_OVER: Final = """
SELECT 1 FROM approvals WHERE tool_use_id = ? AND run_id IN (
    SELECT others.id FROM runs JOIN runs AS others ON others.session_id = runs.session_id AND others.id <> runs.id
    WHERE runs.id = ?
) LIMIT 1
"""
_CONTAINMENT: Final = "SELECT value FROM controls WHERE key = 'containment'"


class Call(NamedTuple):
    """A tool call that Claude is about to make."""

    id: str
    tool: str
    given: Mapping[str, Any]


class Asked(NamedTuple):
    """A question that was asked about a call of the same tool."""

    tool_use_id: str
    question: str
    state: ApprovalState


class Known(NamedTuple):
    """What the state says about the run and its calls of a tool; `run` is None when there is no such run.

    Attributes:
        allowed_scopes: what the session may do without asking at this moment.
        is_left_over: whether an earlier run of the conversation stopped for this very call, and was ended there.
    """

    run: RunState | None
    allowed_scopes: Sequence[str]
    asked: Sequence[Asked]
    containment: Containment
    is_left_over: bool = False


class Answer(NamedTuple):
    """What Claude is told; an empty decision leaves it to Claude's own rules.

    Attributes:
        unasked: the scope of what is let through without a question, or empty.
    """

    decision: str
    reason: str = ""
    unasked: str = ""


def judge(call: Call, known: Known, *, asks: bool = True) -> Answer:
    """The answer; deny wins over everything else. Where tools do not ask, only the levers of containment speak."""
    levers = known.containment
    if known.run is not RunState.RUNNING:
        return Answer("deny", "This run is not at work any more.")
    if levers.denies(call.tool):
        return Answer("deny", f"The tool {call.tool} is on the denylist.")
    if call.tool in READING:
        return Answer("")
    if levers.recommends_only:
        return Answer("deny", f"Agents only recommend now (autonomy {levers.autonomy}): describe what you would do.")
    if not asks:
        return Answer("")
    if known.is_left_over:  # Claude takes it up again when the conversation goes on; its question is long decided
        return Answer("deny", "The run that this call belonged to is over: leave it, and do what was asked last.")
    return _answered(call, known) or _passing(call, known) or Answer("defer", "A person has to decide about this.")


def look(database: Path, run_id: str, call: Call) -> Known:
    """What the state says. Raises what SQLite raises when it cannot be read."""
    connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
    try:
        run = connection.execute(_RUN, (run_id,)).fetchone()
        asked = connection.execute(_APPROVALS, (run_id, call.tool)).fetchall()
        left_over = call.id and connection.execute(_LEFT_OVER, (call.id, run_id)).fetchone()
        kept = connection.execute(_CONTAINMENT).fetchone()
    finally:
        connection.close()
    return Known(
        run=RunState(run[0]) if run else None,
        allowed_scopes=tuple(granted(json.loads(run[1]), datetime.now(UTC))) if run else (),
        asked=[Asked(identity, question, ApprovalState(state)) for identity, question, state in asked],
        containment=_containment(json.loads(kept[0]) if kept else {}),
        is_left_over=bool(left_over),
    )


def notes_of(database: Path, run_id: str) -> Path:
    """Where it is noted what a run was let through without a question, a JSON object a line."""
    return database.parent / NOTES / f"{run_id}.jsonl"


def note(file: Path, call: Call, answer: Answer) -> None:
    """One more line. On a full or broken disk it is lost: neither the call nor the answer waits for it."""
    written = json.dumps({"tool": call.tool[:_LONGEST_NAME], "scope": answer.unasked, "reason": answer.reason})
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        notes = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.write(notes, f"\n{written}\n".encode())  # one write; the first end of line closes one that was cut short
        finally:
            os.close(notes)
    except OSError:
        return


def command(database: Path, *, asks: bool = True) -> str:
    """The shell command to give to Claude: independent of folder and environment, and a no if it cannot even start."""
    import shlex  # noqa: PLC0415 - the hook itself does not need it

    manner = () if asks else (DENY_ONLY,)
    words = (sys.executable, "-I", "-S", str(Path(__file__).resolve()), "--database", str(database), *manner)
    return f"{shlex.join(words)} || exit 2"


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer the event on standard input; the exit code."""
    signal.alarm(PATIENCE_SECONDS)
    try:
        database, asks = _options(sys.argv[1:] if arguments is None else arguments)
        call = _call(json.load(sys.stdin))
        run_id = os.environ.get(RUN_VARIABLE, "")
        answer = judge(call, look(database, run_id, call), asks=asks)
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the call must not go through
        sys.stderr.write(f"Nothing is allowed now: {_reason(error)}\n")
        return 2
    if answer.unasked:  # so there is such a run, and its id is no path
        note(notes_of(database, run_id), call, answer)
    if answer.decision:
        decision = {"permissionDecision": answer.decision, "permissionDecisionReason": answer.reason}
        print(json.dumps({"hookSpecificOutput": {"hookEventName": "PreToolUse", **decision}}))  # noqa: T201 - the answer
    return 0


def _answered(call: Call, known: Known) -> Answer | None:
    """The person's answer about this very call, or about one of the same words that were all there was to say."""
    question = f"{call.tool}: {told(call.tool, call.given)}"
    same = [each for each in known.asked if each.tool_use_id == call.id]
    if not same and tells_all(call.tool, call.given):
        same = [each for each in known.asked[:1] if each.question == question]
    match same[0].state if same else ApprovalState.PENDING:
        case ApprovalState.APPROVED:
            return Answer("allow", "A person has approved this.")
        case ApprovalState.DENIED:
            return Answer("deny", "A person has denied this.")
        case ApprovalState.EXPIRED:
            return Answer("deny", "Nobody has approved this in time.")
        case ApprovalState.PENDING:
            return None


def _passing(call: Call, known: Known) -> Answer | None:
    scope = scope_of(call.tool, classified(call.tool, call.given))
    why = passing(known.containment, scope, known.allowed_scopes)
    return Answer("allow", why, scope) if why else None


def _options(arguments: Sequence[str]) -> tuple[Path, bool]:
    match list(arguments):
        case ["--database", path]:
            return Path(path), True
        case ["--database", path, "--deny-only"]:
            return Path(path), False
        case _:
            raise ValueError(f"usage: python -m agent.hook --database PATH [{DENY_ONLY}]")


def _call(event: Any) -> Call:  # noqa: ANN401 - JSON of any shape
    if not isinstance(event, dict) or not isinstance(event.get("tool_name"), str):
        raise TypeError("this is no PreToolUse event.")
    given = event.get("tool_input")
    return Call(str(event.get("tool_use_id", "")), event["tool_name"], given if isinstance(given, dict) else {})


def _containment(kept: Mapping[str, Any]) -> Containment:
    if not kept:
        return Containment()
    return Containment(kept["halted"], kept["fallback"], tuple(kept["denied_tools"]), Autonomy(kept["autonomy"]))


def _reason(error: Exception) -> str:
    return f"the state cannot be read ({error})." if isinstance(error, sqlite3.Error) else str(error)


if __name__ == "__main__":
    sys.exit(main())
