"""`alertmanager.yml`: the tree of routes, the inhibitions and the receivers, in the words of the target version.

Source: https://prometheus.io/docs/alerting/latest/configuration/
"""

from collections.abc import Iterable, Iterator

from generator.artifact import HEADER, Artifact
from generator.domain import names, routes
from generator.domain.inhibition import Inhibition, inhibitions
from generator.domain.routes import Route
from generator.domain.routing import Timing, WayOut
from generator.domain.selector import Matcher
from generator.domain.service import Service
from generator.domain.targets import Targets
from generator.emit import Plain, emit
from generator.renderers.alertmanager.templates import MESSAGE

Entries = dict[str, Plain]


def render(service: Service) -> Artifact:
    """The configuration; its header says what the target version cannot do."""
    tree = routes.tree(service)
    data: Plain = {
        "global": {"resolve_timeout": str(routes.RESOLVE_TIMEOUT // service.time_scale)},
        "templates": ["templates/*.tmpl"],
        "route": _route(tree),
        "inhibit_rules": [_inhibition(service, rule) for rule in inhibitions(service)],
        "receivers": [_receiver(service, name) for name in dict.fromkeys(_receivers(tree))],
    }
    target = service.settings.targets.alertmanager
    older = f"For an older one: tocsin render --target alertmanager={Targets.OLDEST['alertmanager']} --out DIR"
    first = f"For Alertmanager {target} and newer."
    losses = (f"Not rendered: {loss}." for loss in routes.losses(service))
    header = "\n".join([HEADER, first if target == Targets.OLDEST["alertmanager"] else f"{first} {older}", *losses])
    return Artifact.at(f"{names.ALERTMANAGER}/alertmanager.yml", emit(data, header=header))


def _receivers(route: Route) -> Iterator[str]:
    yield route.receiver
    for child in route.routes:
        yield from _receivers(child)


def _route(route: Route, parent: Route | None = None) -> Entries:
    """A node of the tree; what a node inherits from its parent is not repeated."""
    entries: Entries = {"receiver": route.receiver}
    if route.matchers:
        entries["matchers"] = _matchers(route.matchers)
    if route.group_by:
        entries["group_by"] = list(route.group_by)
    entries |= _timing(route.timing, parent.timing if parent else None)
    if route.goes_on:
        entries["continue"] = True
    if route.routes:
        entries["routes"] = [_route(child, route) for child in route.routes]
    return entries


def _timing(timing: Timing, inherited: Timing | None) -> Entries:
    keys = ("group_wait", "group_interval", "repeat_interval")
    return {
        key: str(getattr(timing, key))
        for key in keys
        if inherited is None or getattr(timing, key) != getattr(inherited, key)
    }


def _matchers(matchers: Iterable[Matcher]) -> list[Plain]:
    """A list with double-quoted values: the one form that the classic and the strict UTF-8 parser both read."""
    return [str(matcher) for matcher in matchers]


def _inhibition(service: Service, rule: Inhibition) -> Entries:
    entries: Entries = {"name": rule.name} if routes.RULE_NAMES.is_in(service) else {}
    entries["source_matchers"] = _matchers(rule.source)
    entries["target_matchers"] = _matchers(rule.target)
    if rule.equal:
        entries["equal"] = list(rule.equal)
    return entries


def _receiver(service: Service, name: str) -> Entries:
    if name == routes.WAY_OUT and service.routing.way_out:
        return {"name": name, "telegram_configs": [_telegram(service.routing.way_out)]}
    return {"name": name, "webhook_configs": [_webhook(service)]}


def _telegram(way_out: WayOut) -> Entries:
    return {
        "bot_token_file": way_out.bot_token_file,
        "chat_id": way_out.chat_id,
        "parse_mode": "HTML",
        "message": MESSAGE,
        "send_resolved": True,
    }


def _webhook(service: Service) -> Entries:
    agent = service.routing.agent
    entries: Entries = {
        "url": agent.url,
        "http_config": {"authorization": {"credentials_file": agent.credentials_file}},
        "send_resolved": True,
        "max_alerts": routes.MOST_ALERTS,
    }
    if routes.TIMEOUT.is_in(service):
        entries["timeout"] = str(routes.WEBHOOK_TIMEOUT)
    return entries
