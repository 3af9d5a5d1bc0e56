"""What may be read: the metrics of the spec, and the series that the bundle and Prometheus add by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

from generator.domain import names
from generator.domain.conditions.base import SHORTEST
from generator.domain.conditions.down import UP
from generator.domain.duration import Duration
from generator.domain.metric import TARGET_LABELS, Label, Metric, MetricType
from generator.domain.quantity import Unit

LE = "le"
"""The label that holds a bucket's upper bound."""

JOB = "job"
HALF_MINUTE = Duration(30_000)

_HISTOGRAM_PARTS = ("_bucket", "_count", "_sum")
_RECORD_LABELS = (Label(names.SLO, budget=1), Label(names.SYSTEM, budget=1), Label(names.WINDOW, budget=1))
_ALERTS = Metric(
    "ALERTS",
    MetricType.GAUGE,
    Unit("state"),
    "Alerts that are pending or firing.",
    (
        *_RECORD_LABELS,
        Label("alertname", budget=1),
        Label("alertstate", ("pending", "firing")),
        Label(names.SEVERITY, ("critical", "warning", "info")),
    ),
)
_SHARES = (names.OBJECTIVE, names.error_ratio(""))
_RECORDS = (
    names.OBJECTIVE,
    names.BUDGET_LEFT,
    *(name("") for name in (names.errors, names.total, names.error_ratio, names.burn_rate)),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A metric of the catalogue and which of its series a name means.

    Attributes:
        metric: the metric.
        suffix: the part of a histogram, such as `_count`.
        jobs: the scrape jobs that can serve it; empty when that cannot be told.
    """

    metric: Metric
    suffix: str
    jobs: frozenset[str] = frozenset()

    @property
    def grows(self) -> bool:
        """Whether the series only grow, so that `rate` makes sense and a bare value does not."""
        if self.metric.type is MetricType.HISTOGRAM:
            return bool(self.suffix)
        return self.metric.type is MetricType.COUNTER

    def label(self, name: str) -> Label | None:
        """The label of that name, if these series have it."""
        if name == LE and self.suffix == "_bucket":
            return Label(LE, budget=len(self.metric.buckets) + 1)
        if name == JOB and self.jobs:
            return Label(JOB, tuple(sorted(self.jobs)))
        return self.metric.label(name)

    @property
    def label_names(self) -> frozenset[str]:
        """Every label that these series have, target labels included."""
        own = {label.name for label in self.metric.labels}
        return frozenset(own | set(TARGET_LABELS) | ({LE} if self.suffix == "_bucket" else set()))


@dataclass(frozen=True, slots=True)
class Sampling:
    """How often there is something new to see."""

    scraped: Duration = HALF_MINUTE
    recorded: Duration = HALF_MINUTE


class Catalogue:
    """Metrics by name, and what else conditions and queries are held to.

    Args:
        metrics: every metric of every system.
        forbidden: keys that no series may have.
        jobs: every scrape job.
        sampling: how often series are scraped and recorded.
        broken: names of metrics whose own entry is wrong, so that what follows from it is noise.
    """

    def __init__(
        self,
        metrics: Mapping[str, Metric],
        forbidden: frozenset[str],
        jobs: frozenset[str] = frozenset(),
        sampling: Sampling = Sampling(),
        broken: frozenset[str] = frozenset(),
    ) -> None:
        self._metrics = metrics
        self._sampling = sampling
        self.forbidden = forbidden
        self.jobs = jobs
        self.broken = broken

    def shortest_window(self, *, recorded: bool = False) -> Duration:
        """The shortest window that holds enough samples: `rate` needs two, and a scrape or two may fail."""
        every = self._sampling.recorded if recorded else self._sampling.scraped
        return max(SHORTEST, every * 4)

    @property
    def scrape_interval(self) -> Duration:
        """How often targets are scraped."""
        return self._sampling.scraped

    def find(self, name: str) -> Found | None:
        """What a series name means, or None when nothing in the catalogue exposes it."""
        if name in self._metrics:
            return self._found(self._metrics[name], "")
        if name == UP.name:
            return self._found(UP, "")
        if name == _ALERTS.name:
            return self._found(_ALERTS, "")
        if name.startswith(_RECORDS):
            # Burn rates and what is left of a budget lie outside 0 to 1, so they are no shares.
            unit = Unit("ratio" if name.startswith(_SHARES) else "state")
            return Found(Metric(name, MetricType.GAUGE, unit, "Recorded.", _RECORD_LABELS), "")
        for suffix in _HISTOGRAM_PARTS:
            base = self._metrics.get(name.removesuffix(suffix)) if name.endswith(suffix) else None
            if base and base.type is MetricType.HISTOGRAM:
                return self._found(base, suffix)
        return None

    def _found(self, metric: Metric, suffix: str) -> Found:
        return Found(metric, suffix, frozenset([metric.job]) if metric.job else self.jobs)

    @property
    def names(self) -> list[str]:
        """Every series name that may be read, for remedies."""
        found: list[str] = []
        for metric in self._metrics.values():
            parts = _HISTOGRAM_PARTS if metric.type is MetricType.HISTOGRAM else ("",)
            found.extend(metric.name + part for part in parts)
        return found
