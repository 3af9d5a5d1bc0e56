"""`tocsin drill`: provoke alerts, and watch each of them travel to the chat and back."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from generator.cli import request
from generator.cli.console import Console, Tone
from generator.cli.signals import until_signalled
from generator.domain.service import Service
from generator.drill import chaos, codex_pipeline
from generator.drill.report import Case, Summary
from generator.drill.running import Drill
from generator.drill.subject import Subject, burning, subjects
from generator.errors import TocsinError
from generator.spec.problems import did_you_mean

_INTERRUPTED = 130


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Rehearse; exit 0 when all passed, 1 when one did not."""
    wanted = request.read(arguments)
    drill = Drill(
        wanted.service,
        arguments.spec,
        arguments.out or Path(".tocsin/drills") / datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ"),
        with_agent=not arguments.no_agent,
        tell=console.progress,
    )
    ended = until_signalled(_rehearse(arguments, drill, console))
    if ended is None:
        console.warn("interrupted; everything was stopped")
        return _INTERRUPTED
    return ended


async def _rehearse(arguments: argparse.Namespace, drill: Drill, console: Console) -> int:
    def ended(case: Case) -> None:
        console.say(_line(case, console))

    if arguments.chaos:
        summary = await chaos.run(drill, ended)
    elif arguments.alert == [codex_pipeline.NAME]:
        summary = await codex_pipeline.run(drill, ended)
    else:
        summary = await drill.run(_chosen(arguments, drill.service), ended)
    _conclude(summary, drill.out, console)
    return 0 if summary.overall == "passed" else 1


def _chosen(arguments: argparse.Namespace, service: Service) -> Sequence[Subject]:
    """What the arguments name.

    Raises:
        TocsinError: when they name nothing, or something that cannot be rehearsed.
    """
    alerts, objectives = list(subjects(service)), list(burning(service))
    known = {subject.name: subject for subject in (*alerts, *objectives)}
    for name in arguments.alert:
        if name not in known:
            raise TocsinError(f"there is no alert {name!r} to rehearse; {did_you_mean(name, list(known))}")
    chosen = [known[name] for name in dict.fromkeys(arguments.alert)]
    if arguments.all or arguments.system:
        pool = [*alerts, *(objectives if arguments.objectives else ())]
        chosen += [one for one in pool if one not in chosen and (arguments.all or one.system in arguments.system)]
    if not chosen:
        raise TocsinError("nothing to rehearse; name an alert, or --system, --all or --chaos")
    return chosen


def _line(case: Case, console: Console) -> str:
    tone = Tone.GOOD if case.passed else Tone.BAD
    hops = ", ".join(f"{name} {seconds:.1f}" for name, seconds in case.hops.items())
    told = f"{case.duration_seconds:6.1f} s  {hops}" if hops else f"{case.duration_seconds:6.1f} s"
    return (
        f"{console.tone(f'{case.status:6}', tone)} {case.case_id:52} {told}{f'  {case.reason}' if case.reason else ''}"
    )


def _conclude(summary: Summary, out: Path, console: Console) -> None:
    text = f"{summary.passed}/{len(summary.cases)} passed in {summary.duration_seconds:.0f} s"
    if summary.median_overhead is not None:
        text += f"; median overhead beyond the configured intervals and waits: {summary.median_overhead:.2f} s"
    console.say(console.tone(text, Tone.GOOD if summary.overall == "passed" else Tone.BAD))
    console.note(f"report: {out / 'SUMMARY.md'}")
