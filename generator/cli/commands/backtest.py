"""`tocsin backtest`: when, how often and for how long the alerts would have fired in a server's history."""

import argparse
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from generator import spec
from generator.backtest import Backtest, Compared, Question, Verdict, compared, questions
from generator.backtest.history import History
from generator.cli import request
from generator.cli.console import Console, Tone
from generator.domain.service import Service
from generator.errors import TocsinError
from generator.spec.problems import did_you_mean

_DAY = 86_400
_LONGEST = 3650


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print a row per alert; exit 0."""
    if not 0 < arguments.days <= _LONGEST:
        raise TocsinError(f"--days: {arguments.days:g} days; write more than 0 and at most {_LONGEST}")
    now = time.time()
    backtest = Backtest(
        History(arguments.prometheus),
        now - arguments.days * _DAY,
        now,
        lambda name, done, of: console.progress(f"{done} of {of}: {name}"),
    )
    verdicts = list(backtest.verdicts(_chosen(request.read(arguments).narrowed, arguments)))
    if arguments.against is None:
        _print(verdicts, arguments, console)
        return 0
    other = _other(arguments.against, arguments)
    _print_compared(list(compared(verdicts, list(backtest.verdicts(other)))), arguments, console)
    return 0


def _chosen(service: Service, arguments: argparse.Namespace) -> Sequence[Question]:
    """The questions about the alerts that are asked for; all of them, when none is.

    Raises:
        TocsinError: for an alert that the spec does not have.
    """
    found = list(questions(service))
    known = {_bare(question.alert) for question in found}
    for name in arguments.alert:
        if name not in known:
            raise TocsinError(f"--alert: there is no alert {name!r}; {did_you_mean(name, known)}")
    return [question for question in found if not arguments.alert or _bare(question.alert) in arguments.alert]


def _other(file: Path, arguments: argparse.Namespace) -> Sequence[Question]:
    """The other spec's questions about the same systems and alerts, as far as it has them."""
    wanted = arguments.alert
    service = spec.load(file)
    return [
        question
        for question in questions(service)
        if (not wanted or _bare(question.alert) in wanted)
        and (not arguments.system or question.system in arguments.system)
    ]


def _bare(alert: str) -> str:
    """The name without the window that tells burn-rate alerts apart."""
    return alert.partition(" ")[0]


def _print(verdicts: Sequence[Verdict], arguments: argparse.Namespace, console: Console) -> None:
    if arguments.json:
        console.say(json.dumps([_data(verdict) for verdict in verdicts], indent=2))
        return
    console.say(f"{'alert':58} {'severity':8} {'fired':>6} {'in all':>10} {'longest':>10}  last began")
    for verdict in verdicts:
        question = verdict.question
        row = f"{question.alert:58} {question.severity:8} {_cells(verdict)}"
        console.say(console.tone(row, Tone.ATTENTION) if verdict.times else row)
    _note(verdicts, arguments, console)


def _note(verdicts: Sequence[Verdict], arguments: argparse.Namespace, console: Console) -> None:
    total = sum(verdict.times for verdict in verdicts)
    fired = sum(bool(verdict.times) for verdict in verdicts)
    console.note(f"{fired} of {len(verdicts)} alerts would have fired, {total} times, in {arguments.days:g} days")
    if any(verdict.question.is_expanded for verdict in verdicts):
        console.note(
            "burn-rate alerts: asked of the raw series, because the history need not have the bundle's records"
        )


def _print_compared(rows: Sequence[Compared], arguments: argparse.Namespace, console: Console) -> None:
    if arguments.json:
        data = [{"alert": r.alert, "before": _maybe(r.before), "after": _maybe(r.after)} for r in rows]
        console.say(json.dumps(data, indent=2))
        return
    console.say(f"{'alert':58} {'fired':>6} {'in all':>10}    {'fired':>6} {'in all':>10}")
    for row in rows:
        line = f"{row.alert:58} {_short(row.before)} {'→' if row.differs else '=':>2} {_short(row.after)}"
        console.say(console.tone(line, Tone.ATTENTION) if row.differs else line)
    changed = sum(row.differs for row in rows)
    console.note(
        f"{arguments.spec} → {arguments.against}: {changed} of {len(rows)} alerts would have fired differently"
    )


def _cells(verdict: Verdict) -> str:
    last = "" if verdict.last is None else _moment(verdict.last)
    return f"{verdict.times:>6} {_span(verdict.seconds):>10} {_span(verdict.longest):>10}  {last}"


def _short(verdict: Verdict | None) -> str:
    return f"{'none':>6} {'':>10}" if verdict is None else f"{verdict.times:>6} {_span(verdict.seconds):>10}"


def _maybe(verdict: Verdict | None) -> dict[str, object] | None:
    return None if verdict is None else _data(verdict)


def _data(verdict: Verdict) -> dict[str, object]:
    question = verdict.question
    return {
        "alert": question.alert,
        "system": question.system,
        "severity": question.severity,
        "expanded": question.is_expanded,
        "fired": verdict.times,
        "seconds": round(verdict.seconds, 3),
        "longest_seconds": round(verdict.longest, 3),
        "episodes": [
            {
                "labels": dict(labels),
                "start": _moment(episode.start),
                "end": _moment(episode.end),
                "seconds": round(episode.seconds, 3),
                "goes_on": episode.goes_on,
            }
            for labels, episode in verdict.episodes
        ],
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _span(seconds: float) -> str:
    """`2h05m`, `3m30s`; nothing for none."""
    if not seconds:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m{rest:02}s"
