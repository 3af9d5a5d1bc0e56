"""Breaches moved aside: to series that the alert reads and that as few others as possible read as well.

Two alerts over one metric, such as "any drift" and "a mismatch of hashes", are rehearsed apart only if the first is
provoked by a drift that is no mismatch. The rendered tests need not care: each of them knows one alert.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from generator.domain.selector import Selector
from generator.domain.signal import Scripted, Series, Signal

_MOST = 2_000


def aside(
    signals: Sequence[Signal | Scripted], own: Sequence[Selector], others: Sequence[Selector]
) -> tuple[Signal | Scripted, ...]:
    """The same signals on series that the alert's own selectors see in the same way, and the fewest others see.

    Args:
        signals: the breach.
        own: the selectors of the alert that is to be provoked.
        others: those of all the alerts that had better stay quiet.
    """
    return tuple(_moved(signal, own, others) if isinstance(signal, Signal) else signal for signal in signals)


def reads(selector: Selector, series: Series) -> bool:
    """Whether a selector reads the series, or another part of the histogram that it belongs to."""
    if selector.metric.name != series.name and not _is_part(selector, series.name):
        return False
    matchers = [matcher for matcher in selector.matchers if matcher.label not in {"le", "job", "instance"}]
    return all(matcher.accepts(series.labels.get(matcher.label, "")) for matcher in matchers)


def _is_part(selector: Selector, name: str) -> bool:
    return any(f"{selector.metric.name}{suffix}" == name for suffix in ("_bucket", "_count", "_sum"))


def _moved(signal: Signal, own: Sequence[Selector], others: Sequence[Selector]) -> Signal:
    mine = [selector for selector in own if reads(selector, _anywhere(signal.series, selector))]
    seen = [reads(selector, signal.series) for selector in mine]
    fitting = (
        series for series in _candidates(signal.series, mine) if [reads(selector, series) for selector in mine] == seen
    )
    best = min(fitting, key=lambda series: sum(reads(selector, series) for selector in others), default=signal.series)
    return Signal(best, signal.flow)


def _anywhere(series: Series, selector: Selector) -> Series:
    """The series with labels that the selector accepts, to ask whether it is about this metric at all."""
    return Series(series.name, selector.example())


def _candidates(series: Series, mine: Sequence[Selector]) -> Iterator[Series]:
    """The series itself first, then the same metric with every combination of closed label values."""
    yield series
    if not mine:
        return
    metric = mine[0].metric
    choices: Mapping[str, Sequence[str]] = {
        label.name: label.values or (series.labels.get(label.name, label.example),) for label in metric.labels
    }
    fixed = {name: value for name, value in series.labels.items() if name not in choices}
    for values in itertools.islice(itertools.product(*choices.values()), _MOST):
        yield Series(series.name, fixed | dict(zip(choices, values, strict=True)))
