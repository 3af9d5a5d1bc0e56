"""`metrics`: the catalogue of one system."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from generator.domain.metric import TARGET_LABELS, Label, Metric, MetricType
from generator.spec.build.units import read_unit
from generator.spec.catalogue import LE
from generator.spec.entry import Entry

_OF_PROMETHEUS = ("alertname", "alertstate")
"""What Prometheus puts on every alert; names that begin with two underscores it drops."""


def read_metrics(system: Entry, forbidden: frozenset[str], budgets: Mapping[str, int], limit: int) -> Iterator[Metric]:
    """The metrics of a system; whatever contradicts itself, or can have more than `limit` series, is noted."""
    for entry in system.children("metrics"):
        metric = _metric(entry, system.text("job"), forbidden, budgets)
        if metric.cardinality > limit:
            what = f"{metric.name} can have {metric.cardinality:,} series on one target, more than {limit:,}"
            entry.problem("labels", what, "drop a label, or lower a budget under labels.budgets")
        yield metric


def _metric(entry: Entry, job: str, forbidden: frozenset[str], budgets: Mapping[str, int]) -> Metric:
    types = {str(kind): kind for kind in MetricType}
    kind = types.get(entry.text("type"), MetricType.GAUGE)
    return Metric(
        name=entry.text("name"),
        type=kind,
        unit=read_unit(entry),
        help=entry.text("help"),
        labels=tuple(_labels(entry, forbidden, budgets)),
        buckets=_buckets(entry, kind),
        states=_states(entry, kind),
        job=entry.text("job", job),
        healthy=entry.number("healthy", Fraction(0)) if entry.has("healthy") else None,
    )


def _labels(entry: Entry, forbidden: frozenset[str], budgets: Mapping[str, int]) -> Iterator[Label]:
    labels = entry.child("labels")
    for name, values in entry.items("labels"):
        if name in forbidden:
            labels.problem(name, f"label {name!r} is forbidden", "identifiers belong into logs and traces")
        if name in TARGET_LABELS or name == LE:
            labels.problem(name, f"label {name!r} is added by Prometheus", "remove it")
        if name in _OF_PROMETHEUS or name.startswith("__"):
            labels.problem(name, f"label {name!r} belongs to Prometheus itself", "choose another key")
        if values == "any":
            if name not in budgets:
                labels.problem(name, f"open label {name!r} has no budget", "add it to labels.budgets")
            yield Label(name, budget=budgets.get(name, 1))
        else:
            yield Label(name, labels.strings(name))


def _buckets(entry: Entry, kind: MetricType) -> tuple[Fraction, ...]:
    bounds = entry.numbers("buckets")
    if entry.text("type") != kind:  # a type that is none says nothing about buckets
        return bounds
    if kind is MetricType.HISTOGRAM and not bounds:
        entry.problem("", "a histogram without buckets", "list the upper bounds, without +Inf")
    if kind is not MetricType.HISTOGRAM and bounds:
        entry.problem("buckets", f"a {kind} has no buckets", "remove them, or make it a histogram")
    if list(bounds) != sorted(set(bounds)):
        entry.problem("buckets", "the bounds do not ascend", "sort them and keep each once")
    return bounds


def _states(entry: Entry, kind: MetricType) -> Mapping[str, Fraction]:
    states = entry.child("values")
    if entry.has("values") and kind is not MetricType.GAUGE:
        entry.problem("values", f"a {kind} encodes no state", "remove them, or make it a gauge")
    return {name: states.number(name, Fraction(0)) for name, _ in entry.items("values")}
