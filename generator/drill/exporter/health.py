"""What every series of the catalogue does while all is well: quiet where trouble is counted, traffic where work is.

Gauges stand at the catalogue's `healthy` value. Counters rest, except those that stand for good work in a condition
or an objective: without traffic no share can be breached, and a healthy system has some.
"""

import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction

from generator.domain.conditions import Condition
from generator.domain.conditions.age import Age
from generator.domain.conditions.quantile import Quantile
from generator.domain.conditions.ratio import Ratio
from generator.domain.conditions.stalled import Stalled
from generator.domain.metric import Metric, MetricType
from generator.domain.selector import Selector
from generator.domain.service import Service
from generator.domain.signal import Aging, Growing, Series, Signal, Steady
from generator.domain.slis import EventSli, Sli, SlicesSli
from generator.domain.slis.traffic import counted, traffic
from generator.drill.exporter.family import Key, key_of
from generator.drill.exporter.track import Played

TRAFFIC = Fraction(20)
"""Good events per second of each kind of work, enough that whole events are fine-grained."""

_MOST = 500
"""The most series of one metric that stand by; whatever else an alert needs is added."""


def healthy_flows(service: Service, now: float) -> dict[str, dict[Key, Played]]:
    """Per metric name, what each of its series does.

    Args:
        service: the whole, already scaled.
        now: the moment at which the stand-in starts, in Unix seconds.
    """
    aging = {selector.name for selector in _ages(service)}
    catalogue = [metric for system in service.systems for metric in system.metrics]
    flows = {
        metric.name: dict.fromkeys(_standing_by(metric), _resting(metric, service, now, metric.name in aging))
        for metric in catalogue
    }
    by_name = {metric.name: metric for metric in catalogue}
    for signal in _work(service):
        _set(flows, by_name, signal)
    return flows


def _standing_by(metric: Metric) -> Iterator[Key]:
    """One series per combination of closed label values; open labels have an example."""
    choices = [label.values or (label.example,) for label in metric.labels]
    names = [label.name for label in metric.labels]
    for values in itertools.islice(itertools.product(*choices), _MOST):
        yield key_of(dict(zip(names, values, strict=True)))


def _resting(metric: Metric, service: Service, now: float, ages: bool) -> Played:
    healthy = metric.healthy or Fraction(0)
    if metric.type is not MetricType.GAUGE:
        return Growing(healthy if metric.type is MetricType.COUNTER else Fraction(0))
    if metric.is_timestamp:
        age = healthy / service.time_scale
        return Aging(age) if ages else Steady(Fraction(now) - age)
    return Steady(healthy)


def _ages(service: Service) -> Iterator[Selector]:
    return (alert.when.of for alert in service.alerts if isinstance(alert.when, Age))


def _work(service: Service) -> Iterator[Signal]:
    for condition in _conditions(service):
        yield from _good_work(condition)
    for objective in service.objectives:
        yield from _good_events(objective.sli)


def _conditions(service: Service) -> Iterable[Condition]:
    return (alert.when for alert in service.alerts)


def _good_work(when: Condition) -> Iterator[Signal]:
    """Series that grow when what the condition watches does its work."""
    match when:
        case Ratio(part=part, total=total, limit=limit):
            if not limit.is_above:
                yield _growing(part.name, part.example())
            if part.name != total.name:
                yield _growing(total.name, total.example())
            elif limit.is_above:
                yield _growing(total.name, total.example(outside=part))
        case Quantile(of=of):
            yield _growing(f"{of.metric.name}_count", of.example())
        case Stalled(input=source, output=sink):
            yield _growing(source.name, source.example())
            yield _growing(sink.name, sink.example())
        case _:
            return


def _good_events(sli: Sli) -> Iterator[Signal]:
    match sli:
        case EventSli():
            yield from (good for good in counted(sli.counters, traffic(Fraction(0), TRAFFIC)) if _grows(good))
        case SlicesSli(condition=condition):
            yield from _good_work(condition)
        case _:
            return


def _grows(signal: Signal) -> bool:
    return isinstance(signal.flow, Growing) and signal.flow.per_second > 0


def _growing(name: str, labels: dict[str, str]) -> Signal:
    return Signal(Series(name, labels), Growing(TRAFFIC))


def _set(flows: dict[str, dict[Key, Played]], by_name: dict[str, Metric], signal: Signal) -> None:
    """Let a series do good work; of a histogram, all buckets of the labels."""
    name = base_name(signal.series.name, by_name)
    labels = {key: value for key, value in signal.series.labels.items() if key != "le"}
    flows[name][key_of(labels)] = signal.flow


def base_name(series: str, known: dict[str, Metric]) -> str:
    """The metric that a series belongs to: itself, or the histogram whose part it is."""
    if series in known:
        return series
    for suffix in ("_bucket", "_count", "_sum"):
        if series.endswith(suffix) and series.removesuffix(suffix) in known:
            return series.removesuffix(suffix)
    raise LookupError(f"{series} is not in the catalogue")
