"""What a breach does, and which rehearsals are in each other's way."""

from dataclasses import replace
from itertools import combinations

import pytest

from generator.domain.conditions import Level
from generator.domain.inhibition import is_inhibited
from generator.domain.service import Service
from generator.domain.signal import Growing, Signal
from generator.drill.aside import reads
from generator.drill.conflicts import Conflicts
from generator.drill.grouping import groups, share_a_group
from generator.drill.subject import VOLUME, Subject, burning, subjects


def named(service: Service, name: str) -> Subject:
    return next(subject for subject in subjects(service) if subject.name == name)


def apart(service: Service, one: str, other: str) -> bool:
    known = list(subjects(service))
    return Conflicts(service, known).between(named(service, one), named(service, other))


def test_every_alert_but_the_watchdog_can_be_rehearsed(ours: Service) -> None:
    names = {subject.name for subject in subjects(ours)}

    assert {alert.name for alert in ours.alerts} - names == {"TocsinWatchdog"}
    assert sum(subject.documented for subject in subjects(ours)) == 32


def test_every_objective_can_be_made_to_burn(ours: Service) -> None:
    assert [subject.name for subject in burning(ours)] == [objective.alert_name for objective in ours.objectives]
    assert all(subject.breach.signals for subject in burning(ours))


def test_shares_and_rates_are_breached_loudly(ours: Service) -> None:
    alert = next(alert for alert in ours.alerts if alert.name == "OpenAgentsRuntimeLeaseStealRateHigh")
    (quiet,) = alert.when.stimulus(Level.BREACHED, ours.test_step)
    (loud,) = named(ours, alert.name).breach.signals
    assert isinstance(quiet, Signal)
    assert isinstance(quiet.flow, Growing)
    assert isinstance(loud, Signal)
    assert isinstance(loud.flow, Growing)

    assert loud.flow.per_second == quiet.flow.per_second * VOLUME


def test_a_stall_is_not_made_louder(ours: Service) -> None:
    source, sink = named(ours, "CodexJangarAgentCommsStalled").breach.signals
    assert isinstance(source, Signal)
    assert isinstance(sink, Signal)

    assert (source.flow, sink.flow) == (Growing(1 / ours.test_step.seconds), Growing(0 / ours.test_step.seconds))


def test_drift_is_provoked_by_what_is_no_mismatch_of_hashes(ours: Service) -> None:
    (signal,) = named(ours, "OpenAgentsRuntimeKhalaProjectionDriftIncidentsHigh").breach.signals
    mismatch = named(ours, "OpenAgentsRuntimeKhalaProjectionHashMismatchDetected")
    assert isinstance(signal, Signal)

    assert not any(reads(selector, signal.series) for selector in mismatch.reads)


def test_a_breach_is_read_by_its_own_alert(service: Service) -> None:
    for subject in subjects(service):
        for signal in subject.breach.signals:
            if isinstance(signal, Signal):
                assert any(reads(selector, signal.series) for selector in subject.reads), subject.name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HighRunFailureRate", "CriticalRunFailureRate"),  # one gauge
        ("OrchestratorDown", "HighApprovalBacklog"),  # series of a target that is away
        ("CodexKafkaLagUnmeasured", "CodexKafkaCompletionsLagHigh"),  # the same series, gone and too high
        ("CodexJangarSilent", "CodexJangarAgentCommsStalled"),  # the one keeps the other quiet
        ("CodexJangarIngestErrors", "CodexJangarDecodeErrors"),  # the second's series are some of the first's
    ],
)
def test_what_is_in_the_way_takes_turns(ours: Service, one: str, other: str) -> None:
    assert apart(ours, one, other)
    assert apart(ours, other, one)


def test_what_has_nothing_to_do_with_one_another_goes_on_together(ours: Service) -> None:
    assert not apart(ours, "HighP95Latency", "CodexKafkaCompletionsLagHigh")


def test_whatever_goes_on_together_keeps_nothing_of_it_quiet(service: Service) -> None:
    known = list(subjects(service))
    conflicts = Conflicts(service, known)
    for one, other in combinations(known, 2):
        if not conflicts.between(one, other):
            assert not is_inhibited(service, one.labels, [other.labels]), (one.name, other.name)
            assert not is_inhibited(service, other.labels, [one.labels]), (one.name, other.name)


def test_being_in_the_way_is_mutual(service: Service) -> None:
    known = list(subjects(service))
    conflicts = Conflicts(service, known)

    assert all(conflicts.between(one, other) == conflicts.between(other, one) for one, other in combinations(known, 2))


def grouped(service: Service, *labels: str) -> Service:
    return replace(service, routing=replace(service.routing, group_by=labels))


def test_alerts_of_one_group_take_turns_because_one_message_tells_of_both(ours: Service) -> None:
    assert not apart(ours, "CodexKafkaCompletionsLagHigh", "CodexNatsAgentCommsLagHigh")
    assert apart(grouped(ours, "system"), "CodexKafkaCompletionsLagHigh", "CodexNatsAgentCommsLagHigh")


def test_alerts_of_other_severities_are_routed_apart_and_go_on_together(ours: Service) -> None:
    one, other = named(ours, "HighP95Latency"), named(ours, "OrchestratorDown")
    assert one.labels["severity"] != other.labels["severity"]

    assert not share_a_group(*(groups(grouped(ours, "system"), each.labels) for each in (one, other)))


def test_a_label_that_is_known_of_one_alone_may_be_the_same_on_the_other(ours: Service) -> None:
    by_line = grouped(ours, "line")
    anywhere = {"severity": "warning"}
    here, there = anywhere | {"line": "a"}, anywhere | {"line": "b"}

    assert share_a_group(groups(by_line, anywhere), groups(by_line, here))
    assert not share_a_group(groups(by_line, here), groups(by_line, there))


def test_a_label_that_only_series_have_may_be_the_same(ours: Service) -> None:
    assert apart(grouped(ours, "instance"), "CodexKafkaCompletionsLagHigh", "CodexNatsAgentCommsLagHigh")


def test_what_a_breach_provokes_beside_its_own_alert_shares_no_group_with_what_goes_on(service: Service) -> None:
    by_system = grouped(service, "system")
    known = list(subjects(by_system))
    conflicts = Conflicts(by_system, known)
    for one, other in combinations(known, 2):
        if not conflicts.between(one, other):
            assert not share_a_group(groups(by_system, one.labels), groups(by_system, other.labels))
