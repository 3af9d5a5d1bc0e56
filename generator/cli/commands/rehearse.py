"""`tocsin rehearse`: the whole loop once, as a transcript with the time of every hop."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

from generator.cli import request
from generator.cli.console import Console, Tone
from generator.cli.signals import until_signalled
from generator.drill.hops import Hop
from generator.drill.loop import Loop
from generator.drill.loop.moments import BESIDE, Seen
from generator.drill.loop.phone import Message
from generator.drill.loop.running import PICTURE
from generator.drill.report import Summary
from generator.drill.stack.programs import Programs
from generator.errors import ToolMissing

_INTERRUPTED = 130


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Rehearse; exit 0 when all of it was seen, 1 when not, 2 when it cannot be told with this spec or machine.

    With --if-installed, missing programs are said and exit 0.
    """
    wanted = request.read(arguments)
    try:
        Programs.find()
    except ToolMissing as missing:
        if not arguments.if_installed:
            raise
        console.warn(console.tone(f"SKIPPED, nothing was rehearsed: {missing}", Tone.ATTENTION))
        return 0
    out = arguments.out or Path(".tocsin/rehearsal")
    loop = Loop(wanted.service, arguments.spec, out, console.progress, _Transcript(console).hear)
    ended = until_signalled(_rehearse(loop, console))
    if ended is None:
        console.warn("interrupted; everything was stopped")
        return _INTERRUPTED
    return ended


async def _rehearse(loop: Loop, console: Console) -> int:
    plot = loop.plot
    runs, rate = plot.runs, f"{float(plot.runs.worst):.0%}"
    console.note(f"real Prometheus, Alertmanager and agent; durations divided by {loop.service.time_scale}")
    console.note(
        f"{runs.before} runs succeed, {runs.failed} fail ({rate}; {plot.alert.name} is "
        f"{plot.condition.limit.in_words()}), {runs.after} succeed again; at most {plot.patience.bound:.0f} s"
    )
    if runs.calls_sister:
        console.note("no smaller rate crosses the threshold, so louder alerts on the same rate come as well")
    summary = await loop.run()
    _conclude(summary, loop.out, console)
    return 0 if summary.overall == "passed" else 1


@dataclass(frozen=True, slots=True)
class _Transcript:
    """Prints what is seen, when it is seen; of a message that was edited, the lines that are new."""

    console: Console
    known: dict[object, list[str]] = field(default_factory=dict)

    def hear(self, seen: Seen) -> None:
        self.console.say(f"{seen.at:6.1f} s  +{seen.took:5.2f}  {self.console.tone(seen.moment, Tone.STRONG)}")
        if seen.message is None:
            return
        lines, place = _shown(seen.message), (seen.moment in BESIDE, seen.message["message_id"])
        before, self.known[place] = self.known.get(place, []), lines
        for line in lines:
            if not before or line not in before:
                self.console.say(f"{'':17}{self.console.tone('│', Tone.FAINT)} {line}".rstrip())


def _shown(message: Message) -> list[str]:
    """As on a phone: the words, and the buttons below them."""
    rows = [" ".join(f"[{button['text']}]" for button in row) for row in message["buttons"]]
    file = [f"<{message['file']['file_name']}, {message['file']['file_size']} bytes>"] if message["file"] else []
    return [*file, *str(message["text"]).splitlines(), *rows]


def _conclude(summary: Summary, out: Path, console: Console) -> None:
    (case,) = summary.cases
    if not case.passed:
        console.say(console.tone(f"FAILED: {case.reason}", Tone.BAD))
        console.say(f"logs: {out / 'logs'}")
        return
    told = f"{summary.duration_seconds:.0f} s with the start and the stop of everything"
    if case.overhead_seconds is not None and Hop.TOLD in case.hops:
        told += (
            f"; from the failure to the chat {case.hops[Hop.TOLD]:.1f} s, {case.overhead_seconds:.1f} s of it "
            "beyond what scrape, evaluation, `for` and group wait may take"
        )
    console.say(console.tone("the loop is closed", Tone.GOOD) + f": {told}")
    picture = f", chart: {out / PICTURE}" if (out / PICTURE).exists() else ""
    console.note(f"report: {out / 'SUMMARY.md'}{picture}")
