"""`alerts`: conditions with what surrounds them."""

from collections.abc import Iterator

from generator.domain import names
from generator.domain.alert import Alert
from generator.domain.conditions import KINDS, Comparison, Condition
from generator.domain.conditions.always import Always
from generator.domain.severity import Severity
from generator.spec.build.steps import read_steps
from generator.spec.catalogue import Catalogue
from generator.spec.entry import Entry
from generator.spec.fields import WhenFields

RESERVED = frozenset(
    [names.SEVERITY, names.SYSTEM, names.SLO, names.WINDOW, names.SUBJECT, names.FAMILY, "alertname", "job", "instance"]
)
"""Labels that alerts have anyway."""

_KINDS = {kind.KIND: kind for kind in KINDS}


def read_alerts(system: Entry, catalogue: Catalogue) -> Iterator[tuple[Alert, Entry]]:
    """The alerts of a system, each with its entry."""
    labels = _labels(system, catalogue)
    for entry in system.children("alerts"):
        yield _alert(entry, system.text("name"), labels, catalogue), entry


def _labels(system: Entry, catalogue: Catalogue) -> dict[str, str]:
    """The labels that a system adds to its alerts, and that must not take the place of others."""
    for key, _ in system.items("labels"):
        if key in RESERVED:
            system.child("labels").problem(key, f"label {key!r} is set by Tocsin", "choose another key")
        elif key in catalogue.forbidden:
            system.child("labels").problem(key, f"label {key!r} is forbidden", "remove it")
    return {key: str(value) for key, value in system.items("labels")}


def _alert(entry: Entry, system: str, labels: dict[str, str], catalogue: Catalogue) -> Alert:
    if entry.has("source") == entry.has("implied_by"):
        what = "says twice where it comes from" if entry.has("source") else "does not say where it comes from"
        entry.problem("", what, "write source (a document's heading) or implied_by (why we added it)")
    severities = {str(severity): severity for severity in Severity}
    return Alert(
        system=system,
        name=entry.text("name"),
        when=read_condition(entry.child("when"), catalogue),
        wait=entry.duration("for"),
        severity=severities.get(entry.text("severity"), Severity.INFO),
        documented=entry.has("source"),
        source=entry.text("source") or entry.text("implied_by"),
        summary=entry.text("summary"),
        impact=entry.text("impact"),
        steps=read_steps(entry),
        panel=entry.text("panel"),
        see=entry.strings("see"),
        about_agent=entry.has("subject"),
        family=entry.text("family"),
        keep_firing=entry.duration("keep_firing_for"),
        reason=entry.text("reason"),
        sev=entry.text("sev"),
        extra_labels=labels,
    )


def read_condition(when: Entry, catalogue: Catalogue) -> Condition:
    """The condition under `when`; a harmless one where there is none to read."""
    kinds = [key for key in when.keys if key not in set(Comparison)]
    if len(kinds) != 1:
        what = "no condition" if not kinds else f"{len(kinds)} conditions ({', '.join(kinds)})"
        when.problem("", what, f"write exactly one of {', '.join(_KINDS)}")
    kind = _KINDS.get(kinds[0]) if kinds else None
    if kind is None or len(kinds) != 1:
        return Always()
    fields = WhenFields(when, kind.KIND, catalogue)
    condition = kind.read(fields)
    fields.reject_unused_sides()
    return condition
