"""Which alert keeps which other one quiet, as data: a cause over its symptoms, never anything over a page.

Every rule's targets are warnings or less, so whatever is wrong with these rules, no page can be hidden by them.
Source: https://prometheus.io/docs/alerting/latest/configuration/#inhibition-related-settings
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator.domain import names
from generator.domain.alert import Alert
from generator.domain.conditions.base import Condition
from generator.domain.conditions.count import Count
from generator.domain.conditions.down import UP, Down
from generator.domain.conditions.stalled import Stalled
from generator.domain.routes import ALERTNAME, accepted, equal, one_of
from generator.domain.selector import Matcher, Matching, Selector
from generator.domain.service import Service
from generator.domain.severity import Severity

_CRITICAL = equal(names.SEVERITY, Severity.CRITICAL)
_LESS = one_of(names.SEVERITY, Severity.WARNING, Severity.INFO)

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Inhibition:
    """A rule: while an alert that `source` accepts is active, those that `target` accepts are not sent.

    Attributes:
        equal: labels that must have the same value on both. A label that both lack counts as the same, so the
            matchers must see to it that it is there.
    """

    name: str
    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()

    def mutes(self, target: Labels, source: Labels) -> bool:
        """Whether the one keeps the other quiet. Alerts that are both source and target do not mute one another."""
        if not (accepted(self.source, source) and accepted(self.target, target)):
            return False
        both = accepted(self.source, target) and accepted(self.target, source)
        return self.identity(target) == self.identity(source) and not both

    def identity(self, labels: Labels) -> tuple[str, ...]:
        """The values that must be the same."""
        return tuple(labels.get(label, "") for label in self.equal)


def inhibitions(service: Service) -> tuple[Inhibition, ...]:
    """All rules."""
    return (
        Inhibition(
            "critical-over-its-family",
            (_CRITICAL, _there(names.FAMILY)),
            (_LESS, _there(names.FAMILY)),
            (names.FAMILY, names.SYSTEM),
        ),
        Inhibition(
            "page-over-ticket-of-one-budget",
            (_CRITICAL, _there(names.SLO)),
            (_LESS, _there(names.SLO)),
            (names.SLO,),
        ),
        *_down(service),
    )


def is_inhibited(service: Service, target_labels: Labels, active: Iterable[Labels]) -> bool:
    """Whether an alert is kept quiet by any of the active ones."""
    rules = inhibitions(service)
    return any(rule.mutes(target_labels, source) for source in active for rule in rules)


def muted_pairs(rules: Iterable[Inhibition], alerts: Collection[Labels]) -> Iterator[tuple[Inhibition, Labels, Labels]]:
    """Every rule with each source and target, among the alerts, between which it acts."""
    for rule in rules:
        targets: dict[tuple[str, ...], list[Labels]] = {}
        for labels in alerts:
            if accepted(rule.target, labels):
                targets.setdefault(rule.identity(labels), []).append(labels)
        for source in (labels for labels in alerts if accepted(rule.source, labels)):
            for target in targets.get(rule.identity(source), ()):
                if rule.mutes(target, source):
                    yield rule, source, target


def _there(label: str) -> Matcher:
    return Matcher(label, Matching.UNEQUAL, "")


def _down(service: Service) -> Iterator[Inhibition]:
    """A target that is down, over what is wrong only because it is down; nothing when nothing is."""
    for alert in service.alerts:
        if isinstance(alert.when, Down) and _speaks_for_its_job(alert.when):
            symptoms = tuple(_agent_symptoms(service, alert.when) if alert.about_agent else _gaps(service, alert.when))
            if symptoms:
                source, targets = equal(ALERTNAME, alert.name), one_of(ALERTNAME, *symptoms)
                yield Inhibition(f"{alert.name}-over-its-symptoms", (source,), (targets, _LESS))


def _speaks_for_its_job(when: Condition) -> bool:
    """Whether it says that the target is gone, and not only one of its series."""
    return isinstance(when, Down) and (when.series.metric is UP or when.is_pushed)


def _gaps(service: Service, down: Down) -> Iterator[str]:
    """Alerts that fire because series of the job are absent.

    No others: they fall silent by themselves when the job is gone, and if they do fire, another instance of it is
    alive and means it.
    """
    return (alert.name for alert in _quieter(service) if _fires_without(alert.when, down))


def _fires_without(when: Condition, down: Down) -> bool:
    match when:
        case Down(job=job):
            return job == down.job
        case Stalled(output=output):
            # Only when every instance is known to be gone; else one may be down while the others really stall.
            return down.is_pushed and output.metric.job == down.job
    return False


def _agent_symptoms(service: Service, down: Down) -> Iterator[str]:
    """What is measured on the agent, which is one process: while it is down, none of it can be trusted.

    Not what counts single events: such an alert would be over before the agent is back, and nobody would ever hear
    of it. Not what is measured elsewhere, such as the disk: that may be the cause.
    """
    for alert in _quieter(service):
        if not isinstance(alert.when, Count) and _jobs(alert.when) == {down.job}:
            yield alert.name
    for objective in service.objectives:
        if _jobs_of(objective.sli.selectors) == {down.job}:
            yield objective.alert_name


def _quieter(service: Service) -> Iterator[Alert]:
    """Alerts that may be kept quiet: no pages, and no target's being down."""
    for alert in service.alerts:
        if alert.severity is not Severity.CRITICAL and not _speaks_for_its_job(alert.when):
            yield alert


def _jobs(when: Condition) -> set[str]:
    """The scrape jobs whose series a condition reads."""
    return {when.job} if isinstance(when, Down) else _jobs_of(when.selectors)


def _jobs_of(selectors: Iterable[Selector]) -> set[str]:
    return {selector.metric.job for selector in selectors}
