"""What is asked of the history: one expression per alert, free of what only the bundle's own rules record."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator.domain import names
from generator.domain.conditions.always import Always
from generator.domain.groups import alert_group, objective_group
from generator.domain.metric import MetricType
from generator.domain.rule import AlertingRule, RecordingRule, RuleGroup
from generator.domain.selector import Matching, Selector
from generator.domain.service import Service

_RECORDED = re.compile(r"\b(slo:[a-zA-Z0-9_:]+)\{[^}]*\}")
_ABSENCE = re.compile(r"\babsent(_over_time)?\s*\(")


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """Series whose first sample matters: before it, nothing can be said of them.

    Attributes:
        name: of the metric.
        job: that they come from; empty for any.
    """

    name: str
    job: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """An alert as it is asked.

    Attributes:
        alert: its name; of a burn-rate alert with its window.
        system: the system's name.
        severity: how bad it is.
        expression: PromQL over raw series alone.
        wait: `for`, in seconds.
        keep: `keep_firing_for`, in seconds.
        step: the evaluation interval, in seconds.
        is_expanded: whether recorded series were replaced by what records them.
        reads: the series in it.
    """

    alert: str
    system: str
    severity: str
    expression: str
    wait: float
    keep: float
    step: float
    is_expanded: bool = False
    reads: frozenset[Reading] = frozenset()

    @property
    def name(self) -> str:
        """The alert's, without the window that tells burn-rate alerts apart."""
        return self.alert.partition(" ")[0]

    @property
    def minds_absence(self) -> bool:
        """Whether it fires when something is not there, which means nothing before it ever was."""
        return _ABSENCE.search(self.expression) is not None


def questions(service: Service) -> Iterator[Question]:
    """One per alert and per burn-rate window; the watchdog is left out, because it fires all the time."""
    for system in service.systems:
        reads = {alert.name: _readings(alert.when.selectors) for alert in system.alerts}
        always = {alert.name for alert in system.alerts if isinstance(alert.when, Always)}
        for question in _of_group(alert_group(service, system), reads):
            if question.alert not in always:
                yield question
        for objective in system.objectives:
            reads = {objective.alert_name: _readings(objective.sli.selectors)}
            yield from _of_group(objective_group(service, system, objective), reads)


def _readings(selectors: Iterable[Selector]) -> frozenset[Reading]:
    """By name and job alone: that no failure was ever counted is no lack of data where successes were."""
    return frozenset(Reading(_series(selector), _job(selector)) for selector in selectors)


def _series(selector: Selector) -> str:
    """A histogram has no series of its own name; a condition that names it whole reads its buckets."""
    whole = selector.metric.type is MetricType.HISTOGRAM and not selector.suffix
    return f"{selector.name}_bucket" if whole else selector.name


def _job(selector: Selector) -> str:
    jobs = (each.value for each in selector.matchers if each.label == "job" and each.matching is Matching.EQUAL)
    return next(jobs, "")


def _of_group(group: RuleGroup, reads: Mapping[str, frozenset[Reading]]) -> Iterator[Question]:
    """Rules see what those before them recorded, so each is expanded with the expansions of those before it."""
    known: dict[str, str] = {}
    for rule in group.rules:
        if isinstance(rule, RecordingRule):
            known[rule.record] = expanded(rule.expression, known)
        elif isinstance(rule, AlertingRule):
            expression = expanded(rule.expression, known)
            yield _question(rule, expression, float(group.interval.seconds), reads[rule.alert])


def _question(rule: AlertingRule, expression: str, step: float, reads: frozenset[Reading]) -> Question:
    window = rule.labels.get(names.WINDOW, "")
    return Question(
        alert=f"{rule.alert} ({window})" if window else rule.alert,
        system=rule.labels[names.SYSTEM],
        severity=rule.labels[names.SEVERITY],
        expression=expression,
        wait=float(rule.wait.seconds),
        keep=float(rule.keep_firing.seconds),
        step=step,
        is_expanded=expression != rule.expression,
        reads=reads,
    )


def expanded(expression: str, known: Mapping[str, str]) -> str:
    """The expression with every recorded series replaced by what records it.

    A record over a window is always a sub-query, `name{...}[3d:5m]`, and a sub-query takes any expression, so text can
    take the place of text.
    """
    return _RECORDED.sub(lambda found: f"({known[found[1]]})" if found[1] in known else found[0], expression)
