"""`alerts`: conditions with what surrounds them."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from generator.domain import names
from generator.domain.alert import Alert
from generator.domain.conditions import KINDS, Comparison, Condition
from generator.domain.conditions.always import Always
from generator.domain.conditions.base import LONGEST
from generator.domain.duration import Duration
from generator.domain.severity import Severity
from generator.spec.build.steps import read_steps
from generator.spec.build.texts import AlertTexts, plain, template_problems
from generator.spec.catalogue import Catalogue
from generator.spec.entry import Entry
from generator.spec.fields import WhenFields
from generator.spec.problems import did_you_mean

RESERVED = frozenset(
    [names.SEVERITY, names.SYSTEM, names.SLO, names.WINDOW, names.SUBJECT, names.FAMILY, "alertname", "job", "instance"]
)
"""Labels that alerts have anyway."""

SET_BY_RULES = RESERVED - {"job", "instance"}
"""Labels that rules set themselves, so that two results which differ in one of them would become one alert."""

_KINDS = {kind.KIND: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class OwnAlerts:
    """A system's alerts, for whatever names one.

    Attributes:
        found: by name.
        are_certain: whether every name could be read; if not, a name that is not among them may still be right.
    """

    found: Mapping[str, Alert]
    are_certain: bool = True

    def named(self, entry: Entry) -> Alert | None:
        """The alert that an entry names under `alert`; one that is not there is noted."""
        name = entry.text("alert")
        if name and name not in self.found and self.are_certain:
            remedy = did_you_mean(name, self.found)
            entry.problem("alert", f"there is no alert {name!r} in this system", remedy)
        return self.found.get(name)


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
        plain(system.child("labels"), key)
    return {key: str(value) for key, value in system.items("labels")}


def _alert(entry: Entry, system: str, labels: dict[str, str], catalogue: Catalogue) -> Alert:
    if entry.has("source") == entry.has("implied_by"):
        what = "says twice where it comes from" if entry.has("source") else "does not say where it comes from"
        entry.problem("", what, "write source (a document's heading) or implied_by (why we added it)")
    severities = {str(severity): severity for severity in Severity}
    when = read_condition(entry.child("when"), catalogue, SET_BY_RULES.union(labels))
    wait = _wait(entry, when)
    texts = AlertTexts(entry, when, wait)
    return Alert(
        system=system,
        name=entry.text("name"),
        when=when,
        wait=wait,
        severity=severities.get(entry.text("severity"), Severity.INFO),
        documented=entry.has("source"),
        source=entry.text("source") or entry.text("implied_by"),
        summary=texts.summary(),
        impact=texts.read("impact"),
        steps=read_steps(entry),
        panel=entry.text("panel"),
        see=entry.strings("see"),
        about_agent=entry.has("subject"),
        family=entry.text("family"),
        keep_firing=_lasting(entry, "keep_firing_for"),
        reason=entry.text("reason"),
        sev=entry.text("sev"),
        extra_labels=labels,
    )


def _wait(entry: Entry, when: Condition) -> Duration:
    """`for`; left out, an event is news at once, while of anything else it must be said how long it may last."""
    if not entry.has("for") and entry.has("when") and not when.is_sudden:
        entry.problem("", "does not say for how long it must last", "add for, such as 10m; 0s is at once")
    return _lasting(entry, "for")


def _lasting(entry: Entry, key: str) -> Duration:
    found = entry.duration(key)
    if found > LONGEST:
        remedy = f"stay within {LONGEST}; what nobody needs to hear of for a week is a report and no alert"
        entry.problem(key, f"{found} is longer than {LONGEST}", remedy)
    return found


def read_condition(when: Entry, catalogue: Catalogue, set_by_rule: AbstractSet[str]) -> Condition:
    """The condition under `when`; a harmless one where there is none to read."""
    kinds = [key for key in when.keys if key not in set(Comparison)]
    if len(kinds) != 1:
        what = "no condition" if not kinds else f"{len(kinds)} conditions ({', '.join(kinds)})"
        when.problem("", what, f"write exactly one of {', '.join(_KINDS)}")
    kind = _KINDS.get(kinds[0]) if kinds else None
    if kind is None or len(kinds) != 1:
        return Always()
    fields = WhenFields(when, kind.KIND, catalogue, set_by_rule)
    condition = kind.read(fields)
    fields.reject_unused_sides()
    for what, remedy in template_problems(condition.sentence, ()):
        when.problem(kind.KIND, f"its sentence in the alert's description {what}", remedy)
    return condition
