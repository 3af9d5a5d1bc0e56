"""What can be rehearsed: an alert or an objective's burning, how it is provoked, and when it must be told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from generator.domain import names, routes
from generator.domain.alert import Alert
from generator.domain.conditions import Level
from generator.domain.conditions.always import Always
from generator.domain.conditions.down import UP, Down
from generator.domain.duration import Duration
from generator.domain.objective import Objective
from generator.domain.routing import Timing
from generator.domain.selector import Selector
from generator.domain.service import Service
from generator.domain.signal import Growing, Scripted, Signal
from generator.domain.slis import EventSli, Sli, SlicesSli
from generator.domain.slis.traffic import counted, traffic
from generator.drill.aside import aside

VOLUME = 100
"""A breach brings so many times the events that its rendered test has, so that it is felt at once and not when it has
filled its window: a drill measures the way of the news, not the length of a window."""

_FLOOD = Fraction(10_000)
"""Bad events per second of an objective that burns."""

Labels: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Breach:
    """What goes wrong.

    Attributes:
        signals: series and what they do instead.
        outage: the scrape job whose target goes away; empty for none.
        withdrawn: the metric that is not exported any more; empty for none.
    """

    signals: tuple[Signal | Scripted, ...] = ()
    outage: str = ""
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to rehearse.

    Attributes:
        name: the alert's name.
        labels: what its alerts carry at least, `alertname` among it.
        reads: every selector of its condition.
        jobs: the scrape jobs that these come from.
        breach: how it is provoked.
        wait: its `for`.
        window: how far back its condition looks, so how long it may go on after the breach.
        keep_firing: how long it goes on after its condition has ended.
        timing: when Alertmanager tells of it and of its end.
        documented: whether a document asks for it.
        system: the system's name.
    """

    name: str
    labels: Labels
    reads: tuple[Selector, ...]
    jobs: frozenset[str]
    breach: Breach
    wait: Duration
    window: Duration
    keep_firing: Duration
    timing: Timing
    documented: bool
    system: str


def subjects(service: Service) -> Iterator[Subject]:
    """Every alert of a scaled service that can be provoked; the watchdog cannot, because it fires all the time."""
    return (_of_alert(service, alert) for alert in service.alerts if not isinstance(alert.when, Always))


def burning(service: Service) -> Iterator[Subject]:
    """The fastest burn-rate alert of every objective."""
    return (_of_objective(service, objective) for objective in service.objectives if objective.windows)


def _of_alert(service: Service, alert: Alert) -> Subject:
    labels = alert.labels | {routes.ALERTNAME: alert.name}
    when = alert.when
    return Subject(
        name=alert.name,
        labels=labels,
        reads=when.selectors,
        jobs=frozenset([when.job] if isinstance(when, Down) else _jobs(when.selectors)),
        breach=_breach(service, alert),
        wait=alert.wait,
        window=Duration(0) if isinstance(when, Down) else when.window,
        keep_firing=alert.keep_firing,
        timing=_timing(service, labels),
        documented=alert.documented,
        system=alert.system,
    )


def _breach(service: Service, alert: Alert) -> Breach:
    when = alert.when
    if isinstance(when, Down):
        return Breach(outage=when.job) if when.series.metric is UP else Breach(withdrawn=when.series.metric.name)
    others = tuple(
        selector for other in service.alerts if other.name != alert.name for selector in other.when.selectors
    )
    stimulus = aside(when.stimulus(Level.BREACHED, service.test_step), when.selectors, others)
    return Breach(tuple(map(_louder, stimulus)) if when.worsens_with_volume else stimulus)


def _louder(signal: Signal | Scripted) -> Signal | Scripted:
    if isinstance(signal, Signal) and isinstance(signal.flow, Growing):
        return Signal(signal.series, Growing(signal.flow.per_second * VOLUME))
    return signal


def _of_objective(service: Service, objective: Objective) -> Subject:
    window = objective.windows[0]
    labels = {
        routes.ALERTNAME: objective.alert_name,
        names.SLO: objective.id,
        names.SYSTEM: objective.system,
        names.SEVERITY: str(objective.severity(window)),
        names.WINDOW: str(window.long),
    }
    return Subject(
        name=objective.alert_name,
        labels=labels,
        reads=objective.sli.selectors,
        jobs=frozenset(_jobs(objective.sli.selectors)),
        breach=_burn(service, objective.sli),
        wait=objective.wait(window),
        window=window.long,
        keep_firing=objective.wait(window),
        timing=_timing(service, labels),
        documented=objective.documented,
        system=objective.system,
    )


def _burn(service: Service, sli: Sli) -> Breach:
    match sli:
        case EventSli():
            return Breach(counted(sli.counters, traffic(_FLOOD, _FLOOD)))
        case SlicesSli(alert=name):
            return _breach(service, next(alert for alert in service.alerts if alert.name == name))
    raise LookupError(f"no breach is known for {type(sli).__name__}")


def _jobs(selectors: tuple[Selector, ...]) -> Iterator[str]:
    return (selector.metric.job for selector in selectors)


def _timing(service: Service, labels: Labels) -> Timing:
    """When the first of its receivers that is no way out is told."""
    taken = routes.tree(service).taken(labels)
    return next(route.timing for route in taken if route.receiver != routes.WAY_OUT)
