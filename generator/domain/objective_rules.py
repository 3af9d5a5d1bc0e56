"""From an objective to its one ordered rule group: counts, ratios, budget, burn rates, alerts.

Windows shorter than two hours read the raw series, because pages must be exact to the minute. Longer ones are sums of
what was recorded every five minutes, and the whole period is a sum of recorded hours, so their cost does not grow with
the number of raw series. Every ratio divides a sum of errors by a sum of events: each event weighs the same.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from generator.domain import names
from generator.domain.duration import Duration
from generator.domain.objective import Objective
from generator.domain.quantity import decimal
from generator.domain.rule import AlertingRule, RecordingRule, Rule
from generator.domain.selector import quoted
from generator.domain.windows import HOUR, BurnWindow

BASE = Duration(300_000)
CHAINED_FROM = HOUR * 2


class ObjectiveRules:
    """The rules of one objective.

    Args:
        objective: the promise.
        annotations: links and texts that every alert of it carries.
    """

    def __init__(self, objective: Objective, annotations: Mapping[str, str]) -> None:
        self._objective = objective
        self._annotations = annotations
        self._labels = {names.SLO: objective.id, names.SYSTEM: objective.system}
        self._base = BASE // objective.time_scale
        self._hour = HOUR // objective.time_scale
        longs = {window.long for window in objective.windows}
        self._longs = sorted(longs)
        self._all = sorted({self._base, self._hour, *longs, *(window.short for window in objective.windows)})

    def __iter__(self) -> Iterator[Rule]:
        yield from self._counts()
        yield from self._ratios()
        yield from self._budget()
        yield from self._alerts()

    def _record(self, name: str, expression: str) -> RecordingRule:
        return RecordingRule(name, expression, self._labels)

    def _recorded(self, name: str) -> str:
        return f"{name}{{{names.SLO}={quoted(self._objective.id)}}}"

    def _chained(self, name: str, window: Duration, step: Duration) -> str:
        return f"sum_over_time({self._recorded(name)}[{window}:{step}])"

    def _is_chained(self, window: Duration) -> bool:
        if window == self._base:
            return False
        return not self._objective.sli.reads_raw or window >= CHAINED_FROM // self._objective.time_scale

    def _counts(self) -> Iterator[Rule]:
        for window in self._all:
            if not self._is_chained(window):
                yield from self._raw_counts(window)
        if self._is_chained(self._hour):
            for name in (names.errors, names.total):
                yield self._record(name(self._hour), self._chained(name(self._base), self._hour, self._base))
        for window in self._longs:
            if window != self._hour and self._is_chained(window):
                yield self._record(names.errors(window), self._chained(names.errors(self._base), window, self._base))

    def _raw_counts(self, window: Duration) -> Iterator[Rule]:
        """All events first: what has been recorded a moment ago need not be read from raw series again."""
        yield self._record(names.total(window), self._objective.sli.total(window))
        recorded = f"sum({self._recorded(names.total(window))})"
        yield self._record(names.errors(window), self._objective.sli.errors(window, recorded))

    def _ratios(self) -> Iterator[Rule]:
        for window in self._all:
            yield self._record(names.error_ratio(window), self._ratio(window))
        period = self._objective.period
        errors = self._chained(names.errors(self._hour), period, self._hour)
        total = self._chained(names.total(self._hour), period, self._hour)
        yield self._record(names.error_ratio(period), f"{errors} / ({total} > 0)")

    def _ratio(self, window: Duration) -> str:
        if window == self._hour or not self._is_chained(window):
            return f"{self._recorded(names.errors(window))} / ({self._recorded(names.total(window))} > 0)"
        total = self._chained(names.total(self._base), window, self._base)
        if window in self._longs:
            return f"{self._recorded(names.errors(window))} / ({total} > 0)"
        return f"{self._chained(names.errors(self._base), window, self._base)} / ({total} > 0)"

    def _budget(self) -> Iterator[Rule]:
        objective = self._objective
        yield self._record(names.OBJECTIVE, f"vector({decimal(objective.target)})")
        spent = f"{self._recorded(names.error_ratio(objective.period))} / {decimal(objective.budget)}"
        yield self._record(names.BUDGET_LEFT, f"1 - {spent}")
        for window in self._longs:
            ratio = self._recorded(names.error_ratio(window))
            yield self._record(names.burn_rate(window), f"{ratio} / {decimal(objective.budget)}")

    def _alerts(self) -> Iterator[Rule]:
        severity = self._objective.severity
        for window in self._objective.windows:
            wait = self._objective.wait(window)
            yield AlertingRule(
                alert=self._objective.alert_name,
                expression=self._burns(window),
                wait=wait,
                keep_firing=wait,
                labels=self._labels | {names.SEVERITY: str(severity(window)), names.WINDOW: str(window.long)},
                annotations=self._texts(window) | dict(self._annotations),
            )

    def _burns(self, window: BurnWindow) -> str:
        limit = decimal(window.factor * self._objective.budget)
        parts = [f"{self._recorded(names.error_ratio(span))} > {limit}" for span in (window.long, window.short)]
        parts.append(f"{self._recorded(names.errors(window.long))} >= {self._objective.min_errors}")
        return " and ".join(parts)

    def _texts(self, window: BurnWindow) -> dict[str, str]:
        objective = self._objective
        share = f"{decimal(window.budget * 100)} %"
        left = (
            f"{{{{ with query \"{names.BUDGET_LEFT}{{{names.SLO}='{objective.id}'}}\" }}}}"
            "{{ . | first | value | humanizePercentage }}{{ else }}unknown{{ end }}"
        )
        return {
            "summary": f"{objective.title}: the error budget burns {_factor(window.factor)} times too fast",
            "description": (
                f"{{{{ $value | humanizePercentage }}}} of {objective.sli.event} were bad over {window.long} and over "
                f"{window.short}; {decimal(objective.target * 100)} % of {objective.period} are promised. "
                f"At this rate {share} of the budget goes in {window.long}."
            ),
            "burn_factor": _factor(window.factor),
            "budget_left": left,
        }


def _factor(factor: Fraction) -> str:
    return f"{float(factor):.4g}"
