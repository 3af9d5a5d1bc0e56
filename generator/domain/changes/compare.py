"""From two catalogues to sentences, what wakes people first."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from generator.domain.changes.change import Change, Entry, field, fields_moved, listed, moved

_ALERT_WORDS: Mapping[str, str] = {
    "condition.window": "window",
    "for": "wait",
    "keep_firing_for": "keep firing",
    "severity": "severity",
    "sev": "incident class",
    "labels": "labels",
    "condition.by": "grouping",
}
_ALERT_TEXTS = {"summary": "summary", "impact": "impact", "source": "source", "see": "see also", "panel": "panel"}
_OBJECTIVE_WORDS: Mapping[str, str] = {
    "target.shown": "promise",
    "window": "period",
    "min_errors": "fewest errors that alert",
    "paging": "paging",
    "sli.sentence": "what counts as bad",
}
_WINDOW_WORDS: Mapping[str, str] = {
    "above.shown": "threshold",
    "factor": "burn rate",
    "for": "wait",
    "severity": "severity",
    "short": "short window",
}
_PANEL_WORDS: Mapping[str, str] = {
    "unit": "unit",
    "threshold.shown": "threshold line",
    "alert": "alert",
    "queries": "queries",
}


def changes(old: Entry, new: Entry) -> Iterator[Change]:
    """Every difference between two catalogues.

    Args:
        old: the catalogue on disk.
        new: the one that would be rendered.
    """
    yield from _entries(old, new, "alerts", "alert", _alert)
    yield from _entries(old, new, "objectives", "objective", _objective)
    yield from _routing(old, new)
    yield from _systems(old, new)
    yield from _entries(old, new, "procedures", "procedure", _procedure)


def _entries(old: Entry, new: Entry, key: str, kind: str, compare: "_Compare") -> Iterator[Change]:
    for name, before, after in listed(old.get(key, {}), new.get(key, {})):
        if before is None and after is not None:
            yield Change(name, f"new {kind}{_introduced(after)}", after.get("reason") or None)
        elif before is not None and after is None:
            yield Change(name, f"{kind} removed{_introduced(before)}")
        elif before is not None and after is not None and before != after:
            yield from compare(name, before, after)


def _introduced(entry: Entry) -> str:
    return f" ({entry['severity']}: {entry['summary']})" if "severity" in entry else ""


class _Compare(Protocol):
    """The shape of the functions below, for the type checker."""

    def __call__(self, name: str, old: Entry, new: Entry) -> Iterator[Change]: ...


def _alert(name: str, old: Entry, new: Entry) -> Iterator[Change]:
    if new.get("objective"):  # its numbers stand under the objective
        return
    reason = _reason(new)
    threshold = _threshold(field(old, "condition.threshold"), field(new, "condition.threshold"))
    if threshold:
        yield Change(name, threshold, reason)
    for sentence in fields_moved(old, new, _ALERT_WORDS):
        yield Change(name, sentence, reason)
    if field(old, "condition.kind") != field(new, "condition.kind"):
        yield Change(
            name, moved("condition", field(old, "condition.sentence"), field(new, "condition.sentence")), reason
        )
    elif not threshold and _measures_something_else(old, new):
        yield Change(
            name, moved("query", field(old, "condition.expression"), field(new, "condition.expression")), reason
        )
    yield from _texts(name, old, new, _ALERT_TEXTS)


def _reason(entry: Entry) -> str | None:
    """Why a number is what it is; only who departs from a document owes one."""
    return entry.get("reason") or ("" if entry.get("documented") else None)


def _threshold(old: Entry | None, new: Entry | None) -> str:
    if old == new:
        return ""
    if old and new and old["comparison"] == new["comparison"]:
        side = f"{old['comparison']} "
        return moved("threshold", old["shown"].removeprefix(side), new["shown"].removeprefix(side))
    return moved("threshold", old and old["shown"], new and new["shown"])


def _measures_something_else(old: Entry, new: Entry) -> bool:
    same = ("condition.window", "condition.by")
    return field(old, "condition.measured") != field(new, "condition.measured") and all(
        field(old, path) == field(new, path) for path in same
    )


def _texts(name: str, old: Entry, new: Entry, words: Mapping[str, str]) -> Iterator[Change]:
    for key, word in words.items():
        if old.get(key) != new.get(key):
            yield Change(name, moved(word, old.get(key), new.get(key)))
    if old.get("steps") != new.get("steps"):
        before, after = (_step_texts(entry) for entry in (old, new))
        added, gone = len([step for step in after if step not in before]), len([s for s in before if s not in after])
        yield Change(name, f"steps: {added} new, {gone} gone")


def _step_texts(entry: Entry) -> list[str]:
    return [str(step) for step in entry.get("steps", ())]


def _objective(name: str, old: Entry, new: Entry) -> Iterator[Change]:
    reason = _reason(new)
    for sentence in fields_moved(old, new, _OBJECTIVE_WORDS):
        yield Change(name, sentence, reason)
    windows = ({window["long"]: window for window in entry.get("windows", ())} for entry in (old, new))
    for long, before, after in listed(*windows):
        if before is None or after is None:
            yield Change(name, f"burn window of {long} {'new' if before is None else 'removed'}", reason)
        else:
            for sentence in fields_moved(before, after, _WINDOW_WORDS):
                yield Change(f"{name} over {long}", sentence, reason)
    yield from _texts(name, old, new, {"title": "title", "description": "description", "source": "source"})


def _routing(old: Entry, new: Entry) -> Iterator[Change]:
    """Whatever holds for all alerts, down to single values."""
    for part in ("routing", "severities", "labels", "bundle"):
        before, after = _flat(old.get(part, {})), _flat(new.get(part, {}))
        for path in dict.fromkeys([*before, *after]):
            if before.get(path) != after.get(path):
                yield Change(part, moved(path.replace("_", " "), before.get(path), after.get(path)))


def _flat(entry: object, prefix: str = "") -> dict[str, object]:
    if not isinstance(entry, Mapping):
        return {prefix: entry}
    found: dict[str, object] = {}
    for key, value in entry.items():
        found |= _flat(value, f"{prefix} {key}".strip())
    return found


def _systems(old: Entry, new: Entry) -> Iterator[Change]:
    for name, before, after in listed(old.get("systems", {}), new.get("systems", {})):
        if before is None or after is None:
            yield Change(name, "new system" if before is None else "system removed")
            continue
        for sentence in fields_moved(before, after, {"title": "title", "job": "scrape job", "emitter": "emitter"}):
            yield Change(name, sentence)
        yield from _metrics(before, after)
        yield from _panels(name, before, after)


def _metrics(old: Entry, new: Entry) -> Iterator[Change]:
    for metric, before, after in listed(old.get("metrics", {}), new.get("metrics", {})):
        if before is None or after is None:
            yield Change(metric, "new metric" if before is None else "metric removed")
        else:
            for sentence in fields_moved(before, after, {key: key for key in (*before, *after)}):
                yield Change(metric, sentence)


def _panels(system: str, old: Entry, new: Entry) -> Iterator[Change]:
    both = (_panels_of(entry) for entry in (old, new))
    for title, before, after in listed(*both):
        subject = f"panel '{title}' of {system}"
        if before is None or after is None:
            yield Change(subject, "new panel" if before is None else "panel removed")
        else:
            for sentence in fields_moved(before, after, _PANEL_WORDS):
                yield Change(subject, sentence)


def _panels_of(system: Entry) -> Entry:
    rows = field(system, "dashboard.rows") or ()
    return {panel["title"]: panel for row in rows for panel in row["panels"]}


def _procedure(name: str, old: Entry, new: Entry) -> Iterator[Change]:
    flat = ({"steps": [step for section in entry["sections"] for step in section["steps"]]} for entry in (old, new))
    before, after = flat
    words = {"title": "title", "when": "when to open it"}
    yield from _texts(name, {**old, **before}, {**new, **after}, words)
