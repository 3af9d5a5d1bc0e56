"""What the rules will cost, estimated without a server: rules, recorded series, samples read per evaluation.

Series counts come from the catalogue (allowed values, budgets of open labels, targets per job), windows from the
rules themselves. An upper bound: a label combination that never occurs costs nothing in reality.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import promql_parser as parser

from generator.domain.duration import Duration
from generator.domain.groups import alert_group, objective_group
from generator.domain.metric import Label, Metric, MetricType
from generator.domain.rule import RecordingRule, RuleGroup
from generator.domain.service import Service

_PARTS = ("_bucket", "_count", "_sum")


@dataclass(frozen=True, slots=True)
class GroupCost:
    """What one rule group costs.

    Attributes:
        name: the group's name.
        kind: `objective` or `alerts`.
        rules: how many.
        recorded: how many series it adds.
        samples: how many samples one evaluation of all its rules reads.
        interval: how often it is evaluated.
    """

    name: str
    kind: str
    rules: int
    recorded: int
    samples: int
    interval: Duration

    @property
    def samples_per_second(self) -> float:
        """Samples read per second, on average."""
        return float(self.samples / self.interval.seconds)


def estimate(service: Service, instances: int = 1) -> Iterator[GroupCost]:
    """The cost of every group.

    Args:
        service: the whole service.
        instances: targets per scrape job.
    """
    reader = _Reader(service, instances)
    for system in service.systems:
        yield reader.group("alerts", alert_group(service, system))
        for objective in system.objectives:
            yield reader.group("objective", objective_group(service, system, objective))


class _Reader:
    def __init__(self, service: Service, instances: int) -> None:
        self._metrics: Mapping[str, Metric] = {
            metric.name: metric for system in service.systems for metric in system.metrics
        }
        self._scrape = service.settings.scrape_interval
        self._instances = instances

    def group(self, kind: str, group: RuleGroup) -> GroupCost:
        return GroupCost(
            name=group.name,
            kind=kind,
            rules=len(group.rules),
            recorded=sum(isinstance(rule, RecordingRule) for rule in group.rules),
            samples=sum(self._samples(parser.parse(rule.expression), group.interval) for rule in group.rules),
            interval=group.interval,
        )

    def _samples(self, node: parser.Expr, interval: Duration) -> int:
        """Samples read by one evaluation of the expression."""
        if isinstance(node, parser.VectorSelector):
            return self._series(node)
        if isinstance(node, parser.MatrixSelector):
            # Recorded series have a sample per evaluation, scraped ones a sample per scrape.
            every = interval if ":" in (node.vector_selector.name or "") else self._scrape
            return self._series(node.vector_selector) * max(_milliseconds(node.range) // every.milliseconds, 1)
        if isinstance(node, parser.SubqueryExpr):
            step = _milliseconds(node.step) if node.step else interval.milliseconds
            return self._samples(node.expr, interval) * max(_milliseconds(node.range) // step, 1)
        if isinstance(node, parser.BinaryExpr):
            return self._samples(node.lhs, interval) + self._samples(node.rhs, interval)
        if isinstance(node, parser.Call):
            return sum(self._samples(argument, interval) for argument in node.args)
        return self._samples(node.expr, interval) if hasattr(node, "expr") else 0

    def _series(self, node: parser.VectorSelector) -> int:
        """How many series a selector can find at most."""
        metric, part = self._find(node.name or "")
        if metric is None:
            return 1
        count = self._instances
        for label in metric.labels:
            patterns = tuple((str(m.op), m.value) for m in node.matchers.matchers if m.name == label.name)
            count *= _values(label, patterns)
        narrowed = any(matcher.name == "le" for matcher in node.matchers.matchers)
        return count * (len(metric.buckets) + 1) if part == "_bucket" and not narrowed else count

    def _find(self, name: str) -> tuple[Metric | None, str]:
        if name in self._metrics:
            return self._metrics[name], ""
        for part in _PARTS:
            metric = self._metrics.get(name.removesuffix(part))
            if metric and name.endswith(part) and metric.type is MetricType.HISTOGRAM:
                return metric, part
        return None, ""


@cache
def _values(label: Label, patterns: tuple[tuple[str, str], ...]) -> int:
    """How many values of a label some matchers leave."""
    if not label.values:
        return 1 if any(operator == "MatchOp.Equal" for operator, _ in patterns) else max(label.budget, 1)
    left: Sequence[str] = label.values
    for operator, pattern in patterns:
        left = [value for value in left if _accepts(operator.rpartition(".")[2], pattern, value)]
    return len(left)


def _accepts(operator: str, pattern: str, value: str) -> bool:
    match operator:
        case "Equal":
            return value == pattern
        case "NotEqual":
            return value != pattern
        case "Re":
            return re.fullmatch(pattern, value) is not None
        case _:
            return re.fullmatch(pattern, value) is None


def _milliseconds(duration: timedelta | None) -> int:
    return int(duration.total_seconds() * 1000) if duration else 1
