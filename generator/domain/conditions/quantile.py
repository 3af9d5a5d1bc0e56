"""`quantile`: a quantile estimated from a histogram's buckets."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Self

from generator.domain import promql
from generator.domain.conditions.base import (
    BY,
    DURATION,
    SELECTOR,
    Comparison,
    Fields,
    Level,
    Threshold,
    entry,
    grouped,
)
from generator.domain.conditions.single import WindowedSelector
from generator.domain.duration import Duration
from generator.domain.extrapolation import HAIR, exact_share
from generator.domain.metric import Metric
from generator.domain.quantity import decimal
from generator.domain.signal import Growing, Missing, Series, Signal

P95 = Fraction(95, 100)


@dataclass(frozen=True, slots=True)
class Quantile(WindowedSelector):
    """A quantile of all observations in the window lies above the threshold, which is a bucket's bound.

    Between two bounds `histogram_quantile` interpolates; only on a bound is its answer exact, so only a bound
    can be a promise: https://prometheus.io/docs/practices/histograms/#errors-of-quantile-estimation.
    """

    KIND: ClassVar[str] = "quantile"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(
        ("of", "over"),
        of=SELECTOR,
        over=DURATION,
        by=BY,
        quantile={
            "type": "number",
            "exclusiveMinimum": 0,
            "exclusiveMaximum": 1,
            "x-write": "a share between 0 and 1, such as 0.95",
            "description": "Which quantile; 0.95 by default.",
        },
    )

    quantile: Fraction
    limit: Threshold

    @classmethod
    def read(cls, fields: Fields) -> Self:
        of = fields.histogram("of")
        limit = fields.threshold(of.metric.unit, Comparison.ABOVE)
        cls._check_bound(fields, of.metric, limit.value)
        return cls(of, fields.labels("by", of), fields.window("over"), fields.share("quantile", P95), limit)

    @staticmethod
    def _check_bound(fields: Fields, metric: Metric, value: Fraction) -> None:
        """Below the last bound an estimate can lie above the threshold; above it there is no estimate."""
        usable = ", ".join(decimal(bound) for bound in metric.buckets[:-1]) or "none; add a larger bucket"
        if metric.buckets and value not in metric.buckets:
            fields.problem("above", f"{decimal(value)} is no bucket bound of {metric.name}", f"use one of {usable}")
        elif metric.buckets and value == metric.buckets[-1]:
            what = f"no estimate lies above {decimal(value)}, the last bucket bound of {metric.name}"
            fields.problem("above", what, f"add a larger bucket, or use one of {usable}")

    @property
    def threshold(self) -> Threshold:
        return self.limit

    @property
    def worsens_with_volume(self) -> bool:
        return True  # a flood of slow observations drowns the fast ones before it

    @property
    def shares(self) -> tuple[Fraction, ...]:
        return (self.quantile, 1 - self.quantile)

    @property
    def measured(self) -> str:
        buckets = promql.rate(self.of.within("_bucket"), self.over, (*self.by, "le"))
        return f"histogram_quantile({decimal(self.quantile)}, {buckets})"

    @property
    def expression(self) -> str:
        return f"{self.measured} {self.limit}"

    @property
    def sentence(self) -> str:
        name = f"p{decimal(self.quantile * 100)}"
        return f"the {name} of `{self.of}`{grouped(self.by)} over {self.over.in_words()} is {self.limit.in_words()}"

    def stimulus(self, level: Level, step: Duration) -> tuple[Signal, ...]:
        """Cumulative bucket series: everything is observed at or below the threshold, or in the bucket beyond it."""
        labels = self.of.example()
        fitting, total = self._observations(level, step)
        per_second = 1 / step.seconds
        signals = []
        for bound in (*self.of.metric.buckets, None):
            le = "+Inf" if bound is None else decimal(bound)
            seen = 0 if bound is not None and bound < self.limit.value else total
            seen = fitting if bound == self.limit.value else seen
            flow = Missing() if level is Level.ABSENT else Growing(seen * per_second)
            signals.append(Signal(Series(f"{self.of.metric.name}_bucket", labels | {"le": le}), flow))
        return tuple(signals)

    def _observations(self, level: Level, step: Duration) -> tuple[Fraction, Fraction]:
        """Observations per step: (at or below the threshold, all)."""
        if level is Level.IDLE:
            return Fraction(0), Fraction(0)
        if level is Level.AT_THRESHOLD:
            return self._on_threshold(step)
        off = {Level.BREACHED: -self.quantile / 20}.get(level, (1 - self.quantile) / 20)
        share = self.quantile + off
        return Fraction(share.numerator), Fraction(share.denominator)

    def _on_threshold(self, step: Duration) -> tuple[Fraction, Fraction]:
        """So that even floats find the quantile on the bound; or a billionth inside, where they never do."""
        bounds = self.of.metric.buckets
        below = [float(bound) for bound in bounds if bound < self.limit.value]
        start = below[-1] if below else min(0.0, float(self.limit.value))
        width = float(self.limit.value) - start

        def fits(part: float, _: float, whole: float) -> bool:
            rank = float(self.quantile) * whole
            return rank <= part and start + width * (rank / part) == float(self.limit.value)

        nearly = self.quantile.numerator * (1 + HAIR), Fraction(self.quantile.denominator)
        return exact_share(self.quantile, step, self.over, fits) or nearly

    def scaled(self, divisor: int) -> Self:
        return replace(self, over=self.over // divisor)
