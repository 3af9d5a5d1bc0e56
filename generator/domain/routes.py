"""Who hears of an alert: the tree of routes as data, the walk through it, and what an old Alertmanager cannot do.

Source: https://prometheus.io/docs/alerting/latest/configuration/#route
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from generator.domain import names
from generator.domain.conditions.always import Always
from generator.domain.duration import Duration
from generator.domain.routing import Routing, Timing
from generator.domain.selector import Matcher, Matching
from generator.domain.service import Service
from generator.domain.severity import Severity
from generator.domain.targets import Version

AGENT = "agent"
HEARTBEAT = "heartbeat"
WAY_OUT = "way-out"
BY_SEVERITY: Mapping[Severity, str] = {Severity.CRITICAL: "page", Severity.WARNING: "notify", Severity.INFO: "log"}
"""Receivers. All but the way out are the agent's webhook, which tells them apart by these names."""

ALERTNAME = "alertname"
RESOLVE_TIMEOUT = Duration(300_000)
"""When an alert without an end counts as over; Prometheus always sends an end."""
WEBHOOK_TIMEOUT = Duration(10_000)
"""How long the agent may take to accept a notification. A matter of its network, so it is never scaled."""
MOST_ALERTS = 1000
"""Of one group in one notification; the agent counts those that are left out. Without a bound a group that is too large
for the agent's door is refused for good, and nobody hears of it. Every Alertmanager since 0.22 keeps to it."""
_BEATS = 6


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that older versions of Alertmanager lack.

    Attributes:
        since: the first version that has it.
        name: what it is called there.
        loss: what is lost without it.
    """

    since: Version
    name: str
    loss: str

    def is_in(self, service: Service) -> bool:
        """Whether the version that the bundle is rendered for has it."""
        return service.settings.targets.alertmanager >= self.since


TOKEN_FILE = Feature(
    Version(0, 26),
    "bot_token_file",
    "alerts about the agent reach nobody but the agent, because a token has no place in git",
)
TIMEOUT = Feature(Version(0, 28), "timeout for webhooks", "an agent that hangs is waited for, not tried again")
RULE_NAMES = Feature(Version(0, 30), "name for inhibition rules", "its logs tell them apart by their place only")


@dataclass(frozen=True, slots=True)
class Route:
    """A node of the tree.

    Attributes:
        matchers: all must accept an alert's labels.
        group_by: labels whose values make a group; empty where the parent decides.
        goes_on: whether alerts that match also try the routes after this one.
        routes: finer distinctions; an alert that none of them takes stays here.
    """

    receiver: str
    timing: Timing
    matchers: tuple[Matcher, ...] = ()
    group_by: tuple[str, ...] = ()
    goes_on: bool = False
    routes: tuple["Route", ...] = ()

    def taken(self, labels: Mapping[str, str]) -> tuple["Route", ...]:
        """The nodes at which an alert ends, in the order in which they stand; none if it does not match."""
        if not accepted(self.matchers, labels):
            return ()
        found: tuple[Route, ...] = ()
        for route in self.routes:
            further = route.taken(labels)
            found += further
            if further and not route.goes_on:
                break
        return found or (self,)


def accepted(matchers: tuple[Matcher, ...], labels: Mapping[str, str]) -> bool:
    """Whether all matchers accept; a missing label counts as an empty one."""
    for matcher in matchers:  # noqa: SIM110 - asked two hundred thousand times; a generator would double its price
        if not matcher.accepts(labels.get(matcher.label, "")):
            return False
    return True


def equal(label: str, value: str) -> Matcher:
    """The label has that value."""
    return Matcher(label, Matching.EQUAL, value)


def one_of(label: str, *values: str) -> Matcher:
    """The label has one of these values, which must be free of the special characters of regular expressions."""
    return Matcher(label, Matching.REGEX, "|".join(values)) if len(values) > 1 else equal(label, *values)


def has_way_out(service: Service) -> bool:
    """Whether Alertmanager itself can write to the chat."""
    return service.routing.way_out is not None and TOKEN_FILE.is_in(service)


def tree(service: Service) -> Route:
    """The whole tree. Its root takes what nothing else does, so no alert can fall through."""
    routing = service.routing
    routes = [*_heartbeat(service), *_way_out(service), *_severities(routing)]
    return Route(AGENT, routing.timing, group_by=routing.group_by, routes=tuple(routes))


def receivers_of(service: Service, labels: Mapping[str, str]) -> tuple[str, ...]:
    """The receivers that an alert with these labels reaches, in the order of the tree."""
    return tuple(route.receiver for route in tree(service).taken(labels))


def alert_labels(service: Service) -> Iterator[dict[str, str]]:
    """The labels, `alertname` among them, of every alert that the rules can fire, as far as the rules set them."""
    for system in service.systems:
        for alert in system.alerts:
            yield {ALERTNAME: alert.name} | alert.labels
        for objective in system.objectives:
            fixed = {ALERTNAME: objective.alert_name, names.SLO: objective.id, names.SYSTEM: objective.system}
            for window in objective.windows:
                yield fixed | {names.SEVERITY: str(objective.severity(window)), names.WINDOW: str(window.long)}


def losses(service: Service) -> tuple[str, ...]:
    """What the output lacks because the version of Alertmanager that it is rendered for is too old; sentences."""
    features = (TOKEN_FILE, TIMEOUT, RULE_NAMES) if service.routing.way_out else (TIMEOUT, RULE_NAMES)
    version = service.settings.targets.alertmanager
    return tuple(
        f"alertmanager {version} has no {feature.name}: {feature.loss}; "
        f"set bundle.targets.alertmanager to {feature.since} or newer"
        for feature in features
        if not feature.is_in(service)
    )


def _heartbeat(service: Service) -> Iterator[Route]:
    watchdogs = [alert.name for alert in service.alerts if isinstance(alert.when, Always)]
    if watchdogs:
        timing = _beating(service.routing.heartbeat)
        yield Route(HEARTBEAT, timing, (one_of(ALERTNAME, *watchdogs),), group_by=(ALERTNAME,))


def _beating(timing: Timing) -> Timing:
    """Groups are looked at once per group interval, and a repetition that is not due by a hair waits for the next.

    With an interval as long as the repetition every second beat would be missed, so it is made much shorter.
    """
    shorter = min(timing.group_interval, timing.repeat_interval // _BEATS)
    return replace(timing, group_interval=shorter)


def _way_out(service: Service) -> Iterator[Route]:
    """Alerts about the agent, on a way that does not need it; they go on, so that the agent hears of them as well."""
    if not has_way_out(service):
        return
    loud = tuple(severity for severity in Severity if severity is not Severity.INFO)
    routing = service.routing
    yield Route(
        WAY_OUT,
        routing.timing,
        (equal(names.SUBJECT, names.SUBJECT_AGENT), Matcher(names.SEVERITY, Matching.UNEQUAL, str(Severity.INFO))),
        goes_on=True,
        routes=tuple(Route(WAY_OUT, _timing(routing, each), (equal(names.SEVERITY, each),)) for each in loud),
    )


def _severities(routing: Routing) -> Iterator[Route]:
    for severity in Severity:
        yield Route(BY_SEVERITY[severity], _timing(routing, severity), (equal(names.SEVERITY, severity),))


def _timing(routing: Routing, severity: Severity) -> Timing:
    return routing.timings.get(severity, routing.timing)
