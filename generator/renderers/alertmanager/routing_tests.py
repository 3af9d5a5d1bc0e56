"""`tests/routing.yaml`: which alert reaches whom, and which keeps which other quiet, for amtool and for a real one."""

from collections.abc import Iterable, Iterator

from generator.artifact import HEADER, Artifact
from generator.domain import names
from generator.domain.inhibition import Inhibition, Labels, inhibitions, muted_pairs
from generator.domain.routes import ALERTNAME, accepted, alert_labels, tree
from generator.domain.service import Service
from generator.emit import Plain, emit

FORMAT = """
What alertmanager.yml beside this directory must do. Plain YAML, in a form of our own:
  routes       for every alert the labels that its rule sets, and the receivers it reaches, in order. No label set
               stands here twice. One case is one run of
               amtool config routes test --config.file=alertmanager.yml --verify.receivers=A,B label=value ...
  inhibitions  while `source` is the only other active alert, `target` is kept quiet, or is not. Only a running
               Alertmanager can tell: tests/end_to_end/test_inhibition.py asks one."""

_STRAY = {ALERTNAME: "AnAlertThatNoRouteKnows"}


def render(service: Service) -> Artifact:
    """The cases as data; nothing in them knows how they are run."""
    alerts = tuple(alert_labels(service))
    rules = inhibitions(service)
    data: Plain = {"routes": list(_routes(service, alerts)), "inhibitions": list(_inhibitions(rules, alerts))}
    return Artifact.at(f"{names.ALERTMANAGER}/tests/routing.yaml", emit(data, header=HEADER + FORMAT))


def _routes(service: Service, alerts: Iterable[Labels]) -> Iterator[Plain]:
    root = tree(service)
    for labels in (*alerts, _STRAY):
        receivers = [route.receiver for route in root.taken(labels)]
        yield {"labels": labels, "receivers": receivers}


def _inhibitions(rules: tuple[Inhibition, ...], alerts: tuple[Labels, ...]) -> Iterator[Plain]:
    """For each source every target, some near misses, and the way back, on which nothing may be inhibited."""
    by_source: dict[int, tuple[Labels, list[Labels]]] = {}
    for _, source, target in muted_pairs(rules, alerts):
        by_source.setdefault(id(source), (source, []))[1].append(target)
    misses = _Misses(rules, alerts)
    for source, targets in by_source.values():
        yield from (_case(source, target, inhibited=True) for target in targets)
        yield from (_case(source, other, inhibited=False) for other in misses.of(source))
        yield _case(targets[0], source, inhibited=False)


def _case(source: Labels, target: Labels, *, inhibited: bool) -> Plain:
    return {"source": source, "target": target, "inhibited": inhibited}


class _Misses:
    """Alerts that a source must not keep quiet, and would after a slip in a rule.

    Of its own system one of each severity, and one that its rule is about but for the labels that must be equal.
    """

    def __init__(self, rules: tuple[Inhibition, ...], alerts: tuple[Labels, ...]) -> None:
        self._rules = rules
        self._targets = [[labels for labels in alerts if accepted(rule.target, labels)] for rule in rules]
        self._neighbours: dict[str, dict[str, list[Labels]]] = {}
        for labels in alerts:
            of_system = self._neighbours.setdefault(labels[names.SYSTEM], {})
            of_system.setdefault(labels[names.SEVERITY], []).append(labels)

    def of(self, source: Labels) -> Iterable[Labels]:
        """The near misses of one source, each once."""
        pools = list(self._neighbours[source[names.SYSTEM]].values())
        pools += [pool for rule, pool in zip(self._rules, self._targets, strict=True) if accepted(rule.source, source)]
        found = (next((other for other in pool if self._is_spared(other, source)), None) for pool in pools)
        return {id(labels): labels for labels in found if labels is not None}.values()

    def _is_spared(self, other: Labels, source: Labels) -> bool:
        return other is not source and not any(rule.mutes(other, source) for rule in self._rules)
