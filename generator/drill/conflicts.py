"""Which rehearsals must not go on at the same time, because one would provoke, hide, spoil or swallow the other."""

from collections.abc import Collection, Iterator, Sequence

from generator.domain.inhibition import Inhibition, inhibitions
from generator.domain.service import Service
from generator.domain.signal import Scripted, Series
from generator.drill.aside import reads
from generator.drill.exporter.script import series_of
from generator.drill.grouping import groups, share_a_group
from generator.drill.subject import Subject


class Conflicts:
    """Answers whether two subjects are in each other's way.

    Args:
        service: the whole, for its inhibition rules.
        known: every subject, those that are not rehearsed included: what a breach provokes beside its own alert may
            keep a third one quiet.
    """

    def __init__(self, service: Service, known: Sequence[Subject]) -> None:
        self._rules = inhibitions(service)
        self._groups = {one.name: groups(service, one.labels) for one in known}
        self._touched = {one.name: [other for other in known if _touches(one, other)] for one in known}

    def between(self, one: Subject, other: Subject) -> bool:
        """Whether they must take turns."""
        return self._in_the_way(one, other) or self._in_the_way(other, one)

    def _in_the_way(self, one: Subject, other: Subject) -> bool:
        active = [one, *self._touched[one.name]]
        return (
            other in active
            or any(_mutes(rule, other, source) for source in active for rule in self._rules)
            or any(share_a_group(self._groups[other.name], self._groups[source.name]) for source in active)
        )

    def free(self, one: Subject, under_way: Collection[Subject]) -> bool:
        """Whether it may start beside those that are under way."""
        return not any(self.between(one, other) for other in under_way)


def _mutes(rule: Inhibition, target: Subject, source: Subject) -> bool:
    return rule.mutes(target.labels, source.labels)


def _touches(one: Subject, other: Subject) -> bool:
    """Whether the breach of the one changes what the other reads."""
    if one is other:
        return False
    if one.breach.outage:
        return one.breach.outage in other.jobs
    if one.breach.withdrawn:
        return any(selector.metric.name == one.breach.withdrawn for selector in other.reads)
    return any(reads(selector, series) for series in _driven(one) for selector in other.reads)


def _driven(subject: Subject) -> Iterator[Series]:
    for signal in subject.breach.signals:
        yield series_of(signal) if isinstance(signal, Scripted) else signal.series
