"""Holds the whole to what follows from its parts: scaled times, links, selections of systems."""

import re
from collections.abc import Callable, Iterator

import pytest

from generator.domain.duration import Duration
from generator.domain.groups import alert_group, objective_group
from generator.domain.rule import AlertingRule, Rule
from generator.domain.service import Service
from generator.domain.severity import Severity
from generator.domain.targets import Targets, Version
from generator.spec import load_text
from tests.generator.specs import alert, changed, objective, real, small

SPAN = re.compile(r"(?<![\w.])((?:\d+(?:ms|[smhdw]))+)\b")


def rules(service: Service) -> Iterator[Rule]:
    """Every rule of every group."""
    for system in service.systems:
        yield from alert_group(service, system).rules
        for promise in system.objectives:
            yield from objective_group(service, system, promise).rules


def test_every_time_of_the_bundle_is_divided() -> None:
    whole, scaled = small(), small().scaled(60)

    assert scaled.settings.scrape_interval == whole.settings.scrape_interval // 60
    assert scaled.settings.evaluation_interval == whole.settings.evaluation_interval // 60
    assert scaled.test_step == whole.test_step // 60
    assert scaled.time_scale == 60


def test_every_time_of_routing_is_divided() -> None:
    whole, scaled = small().routing, small().scaled(60).routing

    timings = [(whole.timing, scaled.timing), (whole.heartbeat, scaled.heartbeat)]
    timings += [(whole.timings[severity], scaled.timings[severity]) for severity in Severity]
    for one, other in timings:
        assert other.group_wait == one.group_wait // 60
        assert other.group_interval == one.group_interval // 60
        assert other.repeat_interval == one.repeat_interval // 60


@pytest.mark.parametrize("service", [small, real], ids=["small", "real"])
def test_every_alert_waits_and_lingers_as_many_times_less(service: Callable[[], Service]) -> None:
    whole = service()

    for one, other in zip(whole.alerts, whole.scaled(60).alerts, strict=True):
        assert other.wait == one.wait // 60
        assert other.keep_firing == one.keep_firing // 60
        assert one.name == other.name


@pytest.mark.parametrize("service", [small, real], ids=["small", "real"])
def test_every_range_in_every_rule_is_divided_and_nothing_else_changes(service: Callable[[], Service]) -> None:
    """Thresholds in seconds are divided where they are an age; all other numbers stay."""
    whole = service()

    for one, other in zip(rules(whole), rules(whole.scaled(60)), strict=True):
        spans = [Duration.parse(span) for span in SPAN.findall(one.expression)]
        assert [Duration.parse(span) for span in SPAN.findall(other.expression)] == [span // 60 for span in spans]
        if "time() - " not in one.expression and ":" not in one.expression:
            assert SPAN.sub("", one.expression) == SPAN.sub("", other.expression)


def test_an_age_is_divided_with_the_rest() -> None:
    found = alert("NoOrders", small().scaled(60)).when.expression

    assert found == "max(time() - last_order_timestamp) > 60"


def test_objectives_keep_their_factors_in_less_time() -> None:
    whole, scaled = objective("answers"), objective("answers", small().scaled(60))

    assert scaled.period == whole.period // 60
    assert [window.factor for window in scaled.windows] == [window.factor for window in whole.windows]
    assert [str(window.long) for window in scaled.windows] == ["1m", "6m", "24m", "1h12m"]


def test_burn_alerts_wait_as_many_times_less() -> None:
    pairs = zip(rules(small()), rules(small().scaled(60)), strict=True)

    for one, other in pairs:
        if isinstance(one, AlertingRule) and isinstance(other, AlertingRule):
            assert (other.wait, other.keep_firing) == (one.wait // 60, one.keep_firing // 60)


def test_a_panel_draws_what_its_alert_measures_in_less_time() -> None:
    text = changed("panel: Queue\n", "").replace("alert: QueueLong\n", "alert: ErrorRatioHigh\n")
    text = text.replace("slices: {alert: ErrorRatioHigh", "slices: {alert: QueueLong").replace("see: [first-look]", "")

    drawn, free = load_text(text).scaled(60).systems[0].dashboard.panels

    assert "[5s]" in drawn.queries[0].expression
    assert free.queries[0].expression == "sum(rate(requests_total[5s]))"


def test_scaling_twice_is_scaling_by_the_product() -> None:
    assert small().scaled(4).scaled(15) == small().scaled(60)


def test_scaling_by_one_changes_nothing() -> None:
    assert small().scaled(1) is small()


def test_a_runbook_link_names_the_page_of_the_alert() -> None:
    assert small().runbook_url("QueueLong") == "https://example.com/runbooks/QueueLong.md"


def test_a_dashboard_link_opens_the_panel_where_it_is_known() -> None:
    dashboard = small().systems[0].dashboard

    assert small().dashboard_url(dashboard) == "https://grafana.example.com/d/shop-ops?from=now-6h&to=now"
    assert small().dashboard_url(dashboard, "Requests").endswith("&viewPanel=2")
    assert small().dashboard_url(dashboard, "Nothing").endswith("&to=now")


def test_an_alert_may_override_the_incident_class_of_its_severity() -> None:
    text = changed(
        "        severity: critical\n        source: Errors",
        "        severity: critical\n        sev: SEV-3\n        source: Errors",
    )

    assert small().sev(alert("ErrorRatioHigh")) == "SEV-1"
    assert small().sev(alert("ErrorRatioHigh", load_text(text))) == "SEV-3"


def test_a_service_of_one_system_keeps_the_rest() -> None:
    found = real().only("televibe")

    assert [system.name for system in found.systems] == ["televibe"]
    assert found.routing == real().routing
    assert {alert.system for alert in found.alerts} == {"televibe"}


def test_another_target_changes_nothing_else() -> None:
    other = Targets(Version(3, 0), Version(0, 25), Version(12, 0))

    found = small().for_targets(other)

    assert found.settings.targets == other
    assert found.for_targets(small().settings.targets) == small()
