"""The outcome of a backtest, in rows for people and as data for programs."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import assert_never

from generator.backtest import Backtest, Compared, Failed, Judged, NoData, Verdict
from generator.cli.console import Tone

_DAY = 86_400
_HOUR = 3_600
_COUNT = 8
_SPAN = 12


def head(width: int) -> str:
    """Above the rows of one spec."""
    columns = f"{'fired':>{_COUNT}} {'in all':>{_SPAN}} {'longest':>{_SPAN}} {'judged':>{_SPAN}}"
    return f"{'alert':{width}} {'severity':8} {columns}  last began"


def row(verdict: Verdict, width: int) -> tuple[str, Tone | None]:
    """One alert of one spec, and how it is meant."""
    start = f"{verdict.question.alert:{width}} {verdict.question.severity:8} "
    match verdict:
        case Judged():
            cells = f"{verdict.times:>{_COUNT}} {_span(verdict.seconds):>{_SPAN}} {_span(verdict.longest):>{_SPAN}}"
            last = "" if verdict.last is None else moment(verdict.last)
            told = f"{start}{cells} {_days(verdict.until - verdict.since):>{_SPAN}}  {last}"
            return told.rstrip(), Tone.ATTENTION if verdict.times else None
        case NoData():
            return f"{start}{'no data':>{_COUNT}}", Tone.FAINT
        case Failed():
            return f"{start}{'failed':>{_COUNT}}  {verdict.why}", Tone.BAD
        case _:
            assert_never(verdict)


def compared_head(width: int) -> str:
    """Above the rows of two specs."""
    columns = f"{'fired':>{_COUNT}} {'in all':>{_SPAN}}"
    return f"{'alert':{width}} {columns}   {columns}"


def compared_row(found: Compared, width: int) -> tuple[str, Tone | None]:
    """One alert of two specs, and how it is meant."""
    sign = {True: "→", False: "=", None: "?"}[found.differs]
    why = next((f"  {each.why}" for each in (found.before, found.after) if isinstance(each, Failed)), "")
    tone = {True: Tone.ATTENTION, False: None, None: Tone.BAD}[found.differs]
    return f"{found.alert:{width}} {_short(found.before)} {sign} {_short(found.after)}{why}".rstrip(), tone


def beginning(backtest: Backtest) -> str:
    """Where the history begins, and how much of what was asked for there is."""
    asked = _days(backtest.end - backtest.start)
    if backtest.begins is None:
        return f"judged {asked}, from {moment(backtest.start)} on, as if all of it were there"
    if backtest.since is None:
        return "the server has no sample of what these alerts read, and of no scrape either; nothing can be judged"
    if backtest.since <= backtest.start:
        return f"the history goes back as far as asked; judged {asked}, from {moment(backtest.start)} on"
    judged = _days(backtest.end - backtest.since)
    both = f"{judged.removesuffix(' days')} of {asked}"
    return f"the history begins at {moment(backtest.since)}; judged {both}"


def sums(verdicts: Iterable[Verdict]) -> str:
    """All rows in one."""
    every = list(verdicts)
    judged = [each for each in every if isinstance(each, Judged)]
    fired = [each for each in judged if each.times]
    times = sum(each.times for each in fired)
    told = [f"{len(fired)} of {len(judged)} judged alerts would have fired, {times} time{'s' * (times != 1)}"]
    told += _counted(every, NoData, "without data, which says nothing about them")
    told += _counted(every, Failed, "failed")
    return "; ".join(told)


def changes(rows: Sequence[Compared]) -> str:
    """All rows of two specs in one."""
    told = [f"{sum(row.differs is True for row in rows)} of {len(rows)} alerts would have fired differently"]
    unknown = sum(row.differs is None for row in rows)
    bare = sum({*map(type, (row.before, row.after))} <= {NoData, type(None)} for row in rows)
    told += [f"{bare} without data, which says nothing about them"] if bare else []
    told += [f"{unknown} failed, so nothing is known of them"] if unknown else []
    return "; ".join(told)


def history_data(backtest: Backtest) -> dict[str, object]:
    """What was asked for, and what there was of it."""
    since = backtest.since
    judged = 0.0 if since is None else backtest.end - since
    return {
        "from": moment(backtest.start),
        "to": moment(backtest.end),
        "asked_days": round((backtest.end - backtest.start) / _DAY, 3),
        "begins_known": backtest.begins is not None,
        "begins": None if since is None else moment(since),
        "judged_days": round(judged / _DAY, 3),
        "warnings": sorted(backtest.history.server.warnings),
    }


def compared_data(found: Compared) -> dict[str, object]:
    """One alert of two specs; `differs` is null when the server did not answer for one of them."""
    sides = {"before": found.before, "after": found.after}
    told = {name: None if verdict is None else data(verdict) for name, verdict in sides.items()}
    return {"alert": found.alert, "differs": found.differs, **told}


def data(verdict: Verdict) -> dict[str, object]:
    """One alert; what is not known is not there, so that nobody takes it for a zero."""
    question = verdict.question
    known = {
        "alert": question.alert,
        "system": question.system,
        "severity": question.severity,
        "expanded": question.is_expanded,
    }
    match verdict:
        case Judged():
            return known | {"status": "judged"} | _figures(verdict)
        case NoData():
            return known | {"status": "no data"}
        case Failed():
            return known | {"status": "failed", "error": verdict.why}
        case _:
            assert_never(verdict)


def moment(seconds: float) -> str:
    """`2026-11-22T09:00:00Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _figures(verdict: Judged) -> dict[str, object]:
    return {
        "judged_from": moment(verdict.since),
        "fired": verdict.times,
        "seconds": round(verdict.seconds, 3),
        "longest_seconds": round(verdict.longest, 3),
        "episodes": [
            {
                "labels": dict(labels),
                "start": moment(episode.start),
                "end": moment(episode.end),
                "seconds": round(episode.seconds, 3),
                "goes_on": episode.goes_on,
            }
            for labels, episode in verdict.episodes
        ],
    }


def _counted(every: list[Verdict], kind: type[Verdict], told: str) -> list[str]:
    count = sum(isinstance(each, kind) for each in every)
    return [f"{count} {told}"] if count else []


def _short(verdict: Verdict | None) -> str:
    match verdict:
        case None:
            word, span = "none", ""
        case Judged():
            word, span = str(verdict.times), _span(verdict.seconds)
        case NoData():
            word, span = "no data", ""
        case Failed():
            word, span = "failed", ""
        case _:
            assert_never(verdict)
    return f"{word:>{_COUNT}} {span:>{_SPAN}}"


def _span(seconds: float) -> str:
    """`2h05m`, `3m30s`; nothing for none."""
    if not seconds:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m{rest:02}s"


def _days(seconds: float) -> str:
    """`30 days`, `2.1 days`, `5.0 hours`, `2.5 minutes`."""
    if seconds < _HOUR:
        return f"{seconds / 60:.1f} minutes"
    if seconds < _DAY:
        return f"{seconds / _HOUR:.1f} hours"
    return f"{seconds / _DAY:.1f}".removesuffix(".0") + " days"
