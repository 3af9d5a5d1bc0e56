"""Who hears of an alert."""

from dataclasses import replace
from pathlib import Path

import pytest

from generator.domain import names, routes
from generator.domain.conditions.always import Always
from generator.domain.duration import Duration
from generator.domain.groups import alert_group, objective_groups
from generator.domain.routes import Route, equal, receivers_of, tree
from generator.domain.routing import Timing
from generator.domain.rule import AlertingRule
from generator.domain.service import Service
from generator.domain.severity import Severity
from generator.domain.targets import Version
from generator.spec.load import load

SPEC = Path(__file__).parents[3] / "slo.yaml"
TIMING = Timing(Duration(1), Duration(2), Duration(3))


@pytest.fixture(scope="module")
def service() -> Service:
    return load(SPEC)


def for_version(service: Service, version: str) -> Service:
    return service.for_targets(service.settings.targets.with_version("alertmanager", Version.parse(version)))


def route_to(service: Service, receiver: str) -> Route:
    return next(route for route in tree(service).routes if route.receiver == receiver)


@pytest.mark.parametrize(("severity", "receiver"), [("critical", "page"), ("warning", "notify"), ("info", "log")])
def test_each_severity_has_a_receiver_of_its_own(service: Service, severity: str, receiver: str) -> None:
    assert receivers_of(service, {"alertname": "Any", "severity": severity}) == (receiver,)


@pytest.mark.parametrize("labels", [{}, {"alertname": "Stray"}, {"severity": "disaster"}])
def test_what_no_route_knows_still_reaches_the_agent(service: Service, labels: dict[str, str]) -> None:
    assert receivers_of(service, labels) == ("agent",)


def test_no_alert_of_the_spec_is_left_to_the_root(service: Service) -> None:
    assert [labels for labels in routes.alert_labels(service) if "agent" in receivers_of(service, labels)] == []


def test_the_watchdog_is_a_heartbeat_and_nothing_else(service: Service) -> None:
    watchdogs = [alert for alert in service.alerts if isinstance(alert.when, Always)]
    found = {receivers_of(service, {"alertname": alert.name} | alert.labels) for alert in watchdogs}
    assert found == {("heartbeat",)}


def test_without_a_watchdog_there_is_no_route_for_one(service: Service) -> None:
    without = replace(service, systems=(service.system("agentos"),))
    assert "heartbeat" not in [route.receiver for route in tree(without).routes]


def test_the_heartbeat_is_due_several_times_per_repetition(service: Service) -> None:
    timing = route_to(service, "heartbeat").timing
    assert timing.group_interval * 2 < timing.repeat_interval


def test_a_heartbeat_interval_that_is_short_already_is_kept(service: Service) -> None:
    short = replace(service.routing.heartbeat, group_interval=Duration(1_000))
    found = route_to(replace(service, routing=replace(service.routing, heartbeat=short)), "heartbeat").timing
    assert found.group_interval == Duration(1_000)


@pytest.mark.parametrize(("severity", "receiver"), [("critical", "page"), ("warning", "notify")])
def test_an_alert_about_the_agent_goes_past_it_and_to_it(service: Service, severity: str, receiver: str) -> None:
    assert receivers_of(service, {"subject": "agent", "severity": severity}) == ("way-out", receiver)


def test_information_about_the_agent_is_only_logged(service: Service) -> None:
    assert receivers_of(service, {"subject": "agent", "severity": "info"}) == ("log",)


def test_a_page_about_the_agent_is_as_fast_on_the_way_out(service: Service) -> None:
    (found, _) = tree(service).taken({"subject": "agent", "severity": "critical"})
    assert found.timing == service.routing.timings[Severity.CRITICAL]


def test_before_token_files_only_the_agent_hears_about_the_agent(service: Service) -> None:
    assert receivers_of(for_version(service, "0.25"), {"subject": "agent", "severity": "critical"}) == ("page",)


def test_without_a_way_out_in_the_spec_only_the_agent_hears_about_the_agent(service: Service) -> None:
    without = replace(service, routing=replace(service.routing, way_out=None))
    assert receivers_of(without, {"subject": "agent", "severity": "critical"}) == ("page",)


def test_a_severity_without_times_of_its_own_has_those_of_all(service: Service) -> None:
    plain = replace(service, routing=replace(service.routing, timings={}))
    assert route_to(plain, "page").timing == service.routing.timing


def test_a_route_that_goes_on_leaves_the_alert_to_the_next(service: Service) -> None:
    first = Route("first", TIMING, (equal("a", "1"),), goes_on=True)
    root = Route("root", TIMING, routes=(first, Route("second", TIMING), Route("third", TIMING)))
    assert [route.receiver for route in root.taken({"a": "1"})] == ["first", "second"]


def test_an_alert_that_no_child_takes_stays_with_the_parent() -> None:
    child = Route("child", TIMING, (equal("b", "1"),))
    assert [route.receiver for route in Route("parent", TIMING, routes=(child,)).taken({"a": "1"})] == ["parent"]


def test_the_labels_of_all_alerts_are_those_that_the_rules_set(service: Service) -> None:
    groups = [
        group
        for system in service.systems
        for group in (alert_group(service, system), *objective_groups(service, system))
    ]
    alerting = [rule for group in groups for rule in group.rules if isinstance(rule, AlertingRule)]
    assert list(routes.alert_labels(service)) == [{"alertname": rule.alert, **rule.labels} for rule in alerting]


def test_scaled_routes_wait_shorter(service: Service) -> None:
    assert tree(service.scaled(60)).timing == service.routing.timing.scaled(60)


@pytest.mark.parametrize(("version", "count"), [("0.25", 3), ("0.26", 2), ("0.28", 1), ("0.30", 0), ("0.34", 0)])
def test_what_a_version_lacks_is_said(service: Service, version: str, count: int) -> None:
    assert len(routes.losses(for_version(service, version))) == count


def test_a_loss_names_the_version_the_field_and_the_remedy(service: Service) -> None:
    first = routes.losses(for_version(service, "0.25"))[0]
    assert first.startswith("alertmanager 0.25 has no bot_token_file: ")
    assert first.endswith("; set bundle.targets.alertmanager to 0.26 or newer")


def test_a_way_out_that_nobody_asked_for_is_no_loss(service: Service) -> None:
    without = replace(service, routing=replace(service.routing, way_out=None))
    assert not any("bot_token_file" in loss for loss in routes.losses(for_version(without, "0.25")))


def test_receivers_are_told_apart_by_severity_alone(service: Service) -> None:
    told = {labels[names.SEVERITY]: receivers_of(service, labels)[-1] for labels in routes.alert_labels(service)}
    assert set(told) == {"critical", "warning", "info"}
