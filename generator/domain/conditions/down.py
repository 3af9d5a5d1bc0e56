"""`down`: a scrape target does not answer, or nobody knows of it any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Self

from generator.domain.conditions.base import Condition, Fields, Level, entry
from generator.domain.duration import Duration
from generator.domain.metric import Metric, MetricType
from generator.domain.quantity import Unit
from generator.domain.selector import Matcher, Matching, Selector
from generator.domain.signal import Missing, Series, Signal, Steady

LOOKBACK = Duration(300_000)
"""For how long Prometheus shows the last sample of a series that nobody scrapes: `--query.lookback-delta`."""

UP = Metric("up", MetricType.GAUGE, Unit("state"), "Whether the last scrape of the target worked.")
"""The series that Prometheus makes for every target it scrapes."""


@dataclass(frozen=True, slots=True)
class Down(Condition):
    """A target of the job fails its scrapes, or the whole job vanished from discovery.

    `by_metric` names a series that is there as long as the job works, for jobs that push and have no `up`, and for
    exporters that can be up and export nothing.
    """

    KIND: ClassVar[str] = "down"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(
        ("job",),
        job={"type": "string", "minLength": 1, "description": "The scrape job."},
        by_metric={"type": "string", "description": "A series that is there as long as the job works, instead of up."},
    )

    job: str
    series: Selector

    @classmethod
    def read(cls, fields: Fields) -> Self:
        watched = fields.series("by_metric") if fields.has("by_metric") else Selector(UP)
        job = fields.text("job")
        if watched.matchers:
            fields.problem("by_metric", f"{watched} has matchers", "name a metric only; its job is matched already")
        if watched.metric.job not in {"", job}:
            what = f"{watched.name} comes from the job {watched.metric.job!r}, not from {job!r}"
            fields.problem("by_metric", what, "name a metric of the job")
        else:
            fields.job("job")
        return cls(job, Selector(watched.metric, (Matcher("job", Matching.EQUAL, job),), watched.suffix))

    @property
    def _by_metric(self) -> bool:
        return self.series.metric is not UP

    @property
    def is_pushed(self) -> bool:
        """Whether the job sends its metrics over OTLP, which marks every sender with `target_info`."""
        return self.series.name == "target_info"

    @property
    def unit(self) -> Unit:
        return Unit("state")

    @property
    def selectors(self) -> tuple[Selector, ...]:
        return (self.series,)

    @property
    def window(self) -> Duration:
        return LOOKBACK if self._by_metric else Duration(0)

    @property
    def labels(self) -> tuple[str, ...]:
        return ("job",)

    @property
    def measured(self) -> str:
        if self._by_metric:
            return f"count by (job) ({self.series}) or absent({self.series}) * 0"
        return f"min by (job) ({self.series}) or absent({self.series}) * 0"

    @property
    def expression(self) -> str:
        if self._by_metric:
            return f"absent({self.series})"
        return f"min by (job) ({self.series}) == 0 or absent({self.series})"

    @property
    def value_template(self) -> str:
        return "down or gone"

    @property
    def sentence(self) -> str:
        if self._by_metric:
            return f"no `{self.series}` has arrived"
        return f"a target of job `{self.job}` cannot be scraped, or the job has no targets"

    def holds(self, level: Level) -> bool:
        return level in {Level.BREACHED, Level.ABSENT}

    def stimulus(self, level: Level, step: Duration) -> tuple[Signal, ...]:
        series = Series(self.series.name, {"job": self.job, "instance": "example-1"})
        if level is Level.ABSENT or (self._by_metric and level is Level.BREACHED):
            return (Signal(series, Missing()),)
        return (Signal(series, Steady(Fraction(0 if level is Level.BREACHED else 1))),)

    def scaled(self, divisor: int) -> Self:
        return self
