"""How the loop breaches its alert: how many runs have to succeed, to fail and to succeed again for its threshold."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from generator.domain.alert import Alert
from generator.domain.conditions.value import Value
from generator.domain.service import Service
from generator.errors import TocsinError

ALERT: Final = "HighRunFailureRate"
METRIC: Final = "codex_bot_run_failure_rate"
NEWEST: Final = 300
"""The agent measures the share of failed ones among its newest so many runs; the loop's agent has no others."""

_MOST_FAILED: Final = 4
"""One more in a row, and the agent would take the CLI for broken and start nothing for a while."""

_FEW: Final = 25
_BEFORE: Final = 5


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of one telling.

    Attributes:
        before: succeed first.
        failed: fail then, which is too much.
        after: succeed at last, until it is not too much any more.
        calls_sister: whether a louder alert on the same metric is breached, too, because no numbers avoid it.
    """

    before: int
    failed: int
    after: int
    calls_sister: bool = False

    @property
    def total(self) -> int:
        """All of them."""
        return self.before + self.failed + self.after

    @property
    def worst(self) -> Fraction:
        """The share of failed runs at its worst."""
        return Fraction(self.failed, self.before + self.failed)


def runs_for(service: Service) -> Runs:
    """The fewest runs that breach the alert and end the breach, and that no sister of the alert notices if it can be.

    Raises:
        TocsinError: when the spec has no such alert, or one that failing runs cannot breach or succeeding ones not end.
    """
    limit = condition(service).limit.value
    louder = [value.limit.value for value in _of_metric(service) if value.limit.value > limit]
    found = sorted(_candidates(limit, min(louder, default=Fraction(1))), key=_price)
    if not found:
        shown = f"above {float(limit):.2%}"
        raise TocsinError(
            f"the loop cannot be told with {ALERT} {shown}: the newest {NEWEST} runs are measured, and no so many "
            f"cross that and come back; rehearse it with `tocsin drill {ALERT}`"
        )
    return found[0]


def condition(service: Service) -> Value:
    """What the alert looks at.

    Raises:
        TocsinError: when that is not the failure rate of the agent's runs, or no alert is there at all.
    """
    alert = next((alert for alert in service.alerts if alert.name == ALERT), None)
    if alert is None:
        raise TocsinError(
            f"the loop is told with {ALERT}, and the spec has no such alert; put it back, or rehearse another one with "
            "`tocsin drill ALERT`"
        )
    if not _is_about_runs(alert):
        raise TocsinError(
            f"the loop makes runs fail, so {ALERT} has to be of the kind `value: {{of: {METRIC}}}` with `above`; "
            f"rehearse it as it is with `tocsin drill {ALERT}`"
        )
    assert isinstance(alert.when, Value)  # noqa: S101 - for the type checker, which cannot look into the question above
    return alert.when


def _is_about_runs(alert: Alert) -> bool:
    when = alert.when
    return isinstance(when, Value) and when.of.metric.name == METRIC and when.limit.is_above


def _of_metric(service: Service) -> Iterator[Value]:
    for alert in service.alerts:
        if isinstance(alert.when, Value) and _is_about_runs(alert):
            yield alert.when


def _candidates(limit: Fraction, sister: Fraction) -> Iterator[Runs]:
    """For every number of failures, what goes before in the middle of what is possible, but not more than a few."""
    for failed in range(1, _MOST_FAILED + 1):
        fitting = [before for before in range(NEWEST) if limit < Fraction(failed, before + failed)]
        total = _until_below(failed, limit)
        if not fitting or total > NEWEST:
            continue
        quiet = [before for before in fitting if Fraction(failed, before + failed) <= sister]
        chosen = quiet or fitting
        before = min(chosen[len(chosen) // 2], max(_BEFORE, chosen[0]))
        yield Runs(before, failed, max(total - before - failed, 1), calls_sister=not quiet)


def _until_below(failed: int, limit: Fraction) -> int:
    """How many runs there must be for so many failed ones to be less than the limit, which leaves no room to round."""
    return int(failed / limit) + 1 if limit > 0 else NEWEST + 1


def _price(runs: Runs) -> tuple[bool, bool, int, bool, int]:
    """The best comes first: quiet sisters, work before the failure, few runs, more than one failure, fewest runs."""
    return runs.calls_sister, not runs.before, max(runs.total, _FEW), runs.failed < 2, runs.total
