"""Which alert keeps which other one quiet."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from generator.domain import names
from generator.domain.conditions.stalled import Stalled
from generator.domain.inhibition import Inhibition, Labels, inhibitions, is_inhibited, muted_pairs
from generator.domain.routes import alert_labels, equal, one_of
from generator.domain.service import Service
from generator.domain.severity import Severity
from generator.spec.load import load

SPEC = Path(__file__).parents[3] / "slo.yaml"
FAMILY = {"family": "f", "system": "s"}


@pytest.fixture(scope="module")
def service() -> Service:
    return load(SPEC)


@pytest.fixture(scope="module")
def alerts(service: Service) -> tuple[Labels, ...]:
    return tuple(alert_labels(service))


@pytest.fixture(scope="module")
def pairs(service: Service, alerts: tuple[Labels, ...]) -> list[tuple[Inhibition, Labels, Labels]]:
    return list(muted_pairs(inhibitions(service), alerts))


def named(alerts: tuple[Labels, ...], name: str) -> Labels:
    return next(labels for labels in alerts if labels["alertname"] == name)


def keeps_quiet(service: Service, alerts: tuple[Labels, ...], source: str, target: str) -> bool:
    return is_inhibited(service, named(alerts, target), [named(alerts, source)])


def test_no_page_can_be_hidden_by_anything(service: Service, alerts: tuple[Labels, ...]) -> None:
    everything = [*alerts, {"severity": "critical", "slo": "a", "family": "f", "system": "s"}]
    pages = [labels for labels in everything if labels["severity"] == "critical"]
    assert [page for page in pages if is_inhibited(service, page, everything)] == []


def test_every_rule_says_itself_that_pages_are_no_targets(service: Service) -> None:
    quieter = one_of(names.SEVERITY, Severity.WARNING, Severity.INFO)
    assert [rule.name for rule in inhibitions(service) if quieter not in rule.target] == []


def test_nothing_is_inhibited_by_what_it_inhibits(pairs: list[tuple[Inhibition, Labels, Labels]]) -> None:
    acts = {(tuple(source.items()), tuple(target.items())) for _, source, target in pairs}
    assert [pair for pair in acts if pair[::-1] in acts] == []


def test_nothing_is_inhibited_by_itself(service: Service, alerts: tuple[Labels, ...]) -> None:
    assert [labels for labels in alerts if is_inhibited(service, labels, [labels])] == []


def test_nothing_is_inhibited_while_nothing_else_is_active(service: Service, alerts: tuple[Labels, ...]) -> None:
    assert [labels for labels in alerts if is_inhibited(service, labels, [])] == []


def test_every_rule_has_something_to_act_on(service: Service, pairs: list[tuple[Inhibition, Labels, Labels]]) -> None:
    assert {rule.name for rule, _, _ in pairs} == {rule.name for rule in inhibitions(service)}


def test_pairs_are_all_pairs_on_which_a_rule_acts(
    service: Service, alerts: tuple[Labels, ...], pairs: list[tuple[Inhibition, Labels, Labels]]
) -> None:
    expected = [
        (rule, source, target)
        for rule in inhibitions(service)
        for source, target in permutations(alerts, 2)
        if rule.mutes(target, source)
    ]
    assert sorted(map(str, pairs)) == sorted(map(str, expected))


@pytest.mark.parametrize("less", ["warning", "info"])
def test_a_page_keeps_its_family_quiet(service: Service, less: str) -> None:
    assert is_inhibited(service, FAMILY | {"severity": less}, [FAMILY | {"severity": "critical"}])


@pytest.mark.parametrize("other", [{"family": "g", "system": "s"}, {"family": "f", "system": "t"}, {"system": "s"}])
def test_a_page_says_nothing_about_other_families(service: Service, other: dict[str, str]) -> None:
    assert not is_inhibited(service, other | {"severity": "warning"}, [FAMILY | {"severity": "critical"}])


def test_alerts_without_a_family_are_no_family(service: Service) -> None:
    assert not is_inhibited(service, {"severity": "warning", "system": "s"}, [{"severity": "critical", "system": "s"}])


def test_a_warning_keeps_no_family_quiet(service: Service) -> None:
    assert not is_inhibited(service, FAMILY | {"severity": "info"}, [FAMILY | {"severity": "warning"}])


def test_a_page_about_a_budget_keeps_its_ticket_quiet(service: Service) -> None:
    page = {"slo": "a", "severity": "critical", "window": "1h"}
    assert is_inhibited(service, {"slo": "a", "severity": "warning", "window": "3d"}, [page])


def test_a_page_about_a_budget_says_nothing_about_others(service: Service) -> None:
    assert not is_inhibited(service, {"slo": "b", "severity": "warning"}, [{"slo": "a", "severity": "critical"}])


@pytest.mark.parametrize(
    "symptom",
    [
        "CodexBotMetricsAbsent",
        "DroviAgentMetricsAbsent",
        "AgentNotReady",
        "HighApprovalBacklog",
        "SessionLongIdle",
        "AgentosAgentRunLatencyBudgetBurn",
    ],
)
def test_a_down_agent_keeps_its_symptoms_quiet_in_every_system(
    service: Service, alerts: tuple[Labels, ...], symptom: str
) -> None:
    assert keeps_quiet(service, alerts, "OrchestratorDown", symptom)


@pytest.mark.parametrize(
    ("spared", "why"),
    [
        ("TocsinWatchdog", "the heartbeat has nothing to do with it"),
        ("DiskSpaceLow", "measured on the machine, and a likely cause"),
        ("NodeExporterDown", "another process"),
        ("DatabaseCorruption", "a page, and a likely cause"),
        ("ChatMessagesUndeliverable", "an event that would be over before anybody heard of it"),
        ("FailedRunWithoutRecoveryTrail", "an event that would be over before anybody heard of it"),
        ("OpenAgentsRuntimeHttp5xxRateHigh", "another system"),
        ("OpenagentsRuntimeKhalaLagBudgetBurn", "a ticket of another system"),
    ],
)
def test_a_down_agent_spares_what_is_no_symptom(
    service: Service, alerts: tuple[Labels, ...], spared: str, why: str
) -> None:
    assert not keeps_quiet(service, alerts, "OrchestratorDown", spared), why


@pytest.mark.parametrize(
    ("source", "symptom"),
    [
        ("CodexKafkaExporterDown", "CodexKafkaLagUnmeasured"),
        ("CodexNatsExporterDown", "CodexNatsStreamUnmeasured"),
        ("CodexJangarSilent", "CodexJangarAgentCommsStalled"),
    ],
)
def test_a_target_that_is_gone_keeps_quiet_what_fires_on_absence(
    service: Service, alerts: tuple[Labels, ...], source: str, symptom: str
) -> None:
    assert keeps_quiet(service, alerts, source, symptom)


@pytest.mark.parametrize(
    ("source", "spared"),
    [
        ("CodexKafkaExporterDown", "CodexKafkaCompletionsLagHigh"),
        ("CodexNatsExporterDown", "CodexKafkaLagUnmeasured"),
        ("CodexJangarSilent", "CodexJangarIngestErrors"),
        ("OpenAgentsRuntimeDown", "OpenAgentsRuntimeHttp5xxRateHigh"),
        ("NodeExporterDown", "DiskSpaceLow"),
    ],
)
def test_a_target_that_is_gone_spares_what_other_instances_of_it_mean(
    service: Service, alerts: tuple[Labels, ...], source: str, spared: str
) -> None:
    assert not keeps_quiet(service, alerts, source, spared)


def test_lost_series_are_no_lost_target(pairs: list[tuple[Inhibition, Labels, Labels]]) -> None:
    lost = {"CodexBotMetricsAbsent", "DroviAgentMetricsAbsent", "CodexKafkaLagUnmeasured", "CodexNatsStreamUnmeasured"}
    assert lost.isdisjoint(source["alertname"] for _, source, _ in pairs)


def test_a_stall_is_real_while_only_one_scraped_instance_is_down(service: Service) -> None:
    system = service.system("codex-pipeline")
    stalled = next(alert for alert in system.alerts if isinstance(alert.when, Stalled))
    assert isinstance(stalled.when, Stalled)
    from_kafka = replace(stalled.when, output=next(m for m in system.alerts if "Kafka" in m.name).when.selectors[0])
    changed = replace(
        system, alerts=tuple(a if a is not stalled else replace(a, when=from_kafka) for a in system.alerts)
    )
    rules = {rule.name: rule for rule in inhibitions(replace(service, systems=(changed,)))}
    target = {"alertname": stalled.name} | stalled.labels
    assert not rules["CodexKafkaExporterDown-over-its-symptoms"].mutes(target, {"alertname": "CodexKafkaExporterDown"})


def test_two_alerts_about_the_same_target_leave_one_another_alone(service: Service) -> None:
    system = service.system("codex-pipeline")
    first = next(alert for alert in system.alerts if alert.name == "CodexKafkaExporterDown")
    second = replace(first, name="KafkaExporterDownToo")
    twice = replace(service, systems=(replace(system, alerts=(*system.alerts, second)),))
    labels = [{"alertname": alert.name} | alert.labels for alert in (first, second)]
    assert not any(is_inhibited(twice, target, labels) for target in labels)


def test_alerts_that_are_both_source_and_target_leave_one_another_alone() -> None:
    rule = Inhibition("loop", (equal("a", "1"),), (equal("b", "1"),))
    assert not rule.mutes({"a": "1", "b": "1", "c": "2"}, {"a": "1", "b": "1"})


def test_a_source_that_is_no_target_mutes_one_that_is_both() -> None:
    rule = Inhibition("chain", (equal("a", "1"),), (equal("b", "1"),))
    assert rule.mutes({"a": "1", "b": "1"}, {"a": "1"})


def test_a_label_that_both_lack_counts_as_the_same() -> None:
    assert Inhibition("same", (equal("a", "1"),), (equal("b", "1"),), ("c",)).mutes({"b": "1"}, {"a": "1"})
