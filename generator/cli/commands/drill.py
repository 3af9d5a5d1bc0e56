"""`tocsin drill`: provoke alerts, and watch each of them travel to the chat and back."""

import argparse
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from generator.cli import request
from generator.cli.console import Console, Tone
from generator.cli.signals import until_signalled
from generator.domain.conditions.always import Always
from generator.domain.service import Service
from generator.drill import chaos, codex_pipeline
from generator.drill.report import Case, Summary
from generator.drill.report.writing import SUMMARY
from generator.drill.running import Drill
from generator.drill.scale import check_scale
from generator.drill.subject import Subject, burning, subjects
from generator.errors import TocsinError
from generator.spec.problems import did_you_mean

_INTERRUPTED = 130

Ended: TypeAlias = Callable[[Case], None]
Act: TypeAlias = Callable[[Ended], Awaitable[Summary]]


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Rehearse; exit 0 when all passed, 1 when one did not or it was broken off, 130 when somebody did that."""
    wanted = request.read(arguments)
    drill = Drill(
        wanted.service,
        arguments.spec,
        arguments.out or Path(".tocsin/drills") / datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ"),
        with_agent=not arguments.no_agent,
        tell=console.progress,
    )
    ended = until_signalled(_rehearse(_act(arguments, drill, console), drill.out, console))
    if ended is None:
        console.warn("interrupted; everything was stopped")
        if (drill.out / SUMMARY).exists():
            console.note(f"what was done until then: {drill.out / SUMMARY}")
        return _INTERRUPTED
    return ended


async def _rehearse(act: Act, out: Path, console: Console) -> int:
    def ended(case: Case) -> None:
        console.say(_line(case, console))

    summary = await act(ended)
    _conclude(summary, out, console)
    return 0 if summary.overall == "passed" else 1


def _act(arguments: argparse.Namespace, drill: Drill, console: Console) -> Act:
    """What the arguments ask for: one of the three kinds of rehearsal, and nothing that would be ignored.

    Raises:
        TocsinError: when they name nothing, something that cannot be rehearsed, or two kinds at once.
    """
    check_scale(drill.service)
    if arguments.objectives and not (arguments.all or arguments.system):
        raise TocsinError("--objectives adds burn-rate alerts to --all or --system; name one of these as well")
    if arguments.all and arguments.system:
        raise TocsinError("--all is every system; leave it or --system out")
    if arguments.chaos:
        _alone(arguments, "--chaos")
        return partial(_chaos, drill, chaos.named(arguments.alert))
    if codex_pipeline.NAME in arguments.alert:
        _alone(arguments, codex_pipeline.NAME)
        if len(set(arguments.alert)) > 1:
            raise TocsinError(f"{codex_pipeline.NAME} is a drill of its own; rehearse the others in another one")
        if not codex_pipeline.is_installed():
            console.warn(console.tone(codex_pipeline.MISSING, Tone.ATTENTION))
        return partial(codex_pipeline.run, drill)
    return partial(drill.run, _chosen(arguments, drill.service))


def _alone(arguments: argparse.Namespace, what: str) -> None:
    for option in ("all", "system"):
        if getattr(arguments, option):
            raise TocsinError(f"{what} is a drill of its own; leave --{option} out")


async def _chaos(drill: Drill, scenarios: Sequence[chaos.Scenario], ended: Ended) -> Summary:
    return await chaos.run(drill, ended, scenarios)


def _chosen(arguments: argparse.Namespace, service: Service) -> Sequence[Subject]:
    """The alerts and objectives that the arguments name.

    Raises:
        TocsinError: when they name nothing, or something that cannot be rehearsed.
    """
    alerts, objectives = list(subjects(service)), list(burning(service))
    known = {subject.name: subject for subject in (*alerts, *objectives)}
    always = {alert.name for alert in service.alerts if isinstance(alert.when, Always)}
    for name in arguments.alert:
        if name in always:
            raise TocsinError(f"{name} fires all the time, so that its silence is news; there is nothing to provoke")
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
        text += f"; median overhead beyond scrape, evaluation, `for` and group wait: {summary.median_overhead:.2f} s"
    console.say(console.tone(text, Tone.GOOD if summary.overall == "passed" else Tone.BAD))
    if summary.broken_off:
        console.say(console.tone(f"FAILED, broken off: {summary.broken_off}", Tone.BAD))
        console.say(f"not finished: {', '.join(summary.unfinished)}")
    console.note(f"report: {out / SUMMARY}")
