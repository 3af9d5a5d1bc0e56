"""What may be read: the metrics of the spec, and the series that the bundle and Prometheus add by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

from generator.domain import names
from generator.domain.conditions.down import UP
from generator.domain.metric import TARGET_LABELS, Label, Metric, MetricType
from generator.domain.quantity import Unit

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
_RECORDS = (
    names.OBJECTIVE,
    names.BUDGET_LEFT,
    *(name("") for name in (names.errors, names.total, names.error_ratio, names.burn_rate)),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A metric of the catalogue and which of its series a name means."""

    metric: Metric
    suffix: str

    @property
    def grows(self) -> bool:
        """Whether the series only grow, so that `rate` makes sense and a bare value does not."""
        if self.metric.type is MetricType.HISTOGRAM:
            return bool(self.suffix)
        return self.metric.type is MetricType.COUNTER

    def label(self, name: str) -> Label | None:
        """The label of that name, if these series have it."""
        if name == "le" and self.suffix == "_bucket":
            return Label("le", budget=len(self.metric.buckets) + 1)
        return self.metric.label(name)

    @property
    def label_names(self) -> frozenset[str]:
        """Every label that these series have, target labels included."""
        own = {label.name for label in self.metric.labels}
        return frozenset(own | set(TARGET_LABELS) | ({"le"} if self.suffix == "_bucket" else set()))


class Catalogue:
    """Metrics by name.

    Args:
        metrics: every metric of every system.
        forbidden: keys that no series may have.
    """

    def __init__(self, metrics: Mapping[str, Metric], forbidden: frozenset[str]) -> None:
        self._metrics = metrics
        self.forbidden = forbidden

    def find(self, name: str) -> Found | None:
        """What a series name means, or None when nothing in the catalogue exposes it."""
        if name in self._metrics:
            return Found(self._metrics[name], "")
        if name == UP.name:
            return Found(UP, "")
        if name == _ALERTS.name:
            return Found(_ALERTS, "")
        if name.startswith(_RECORDS):
            return Found(Metric(name, MetricType.GAUGE, Unit("ratio"), "Recorded.", _RECORD_LABELS), "")
        for suffix in _HISTOGRAM_PARTS:
            base = self._metrics.get(name.removesuffix(suffix)) if name.endswith(suffix) else None
            if base and base.type is MetricType.HISTOGRAM:
                return Found(base, suffix)
        return None

    @property
    def names(self) -> list[str]:
        """Every series name that may be read, for remedies."""
        found: list[str] = []
        for metric in self._metrics.values():
            parts = _HISTOGRAM_PARTS if metric.type is MetricType.HISTOGRAM else ("",)
            found.extend(metric.name + part for part in parts)
        return found
