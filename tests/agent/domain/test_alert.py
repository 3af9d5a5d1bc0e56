"""Holds outgoing alerts to the documented payload and the documented settings."""

from datetime import timedelta

import pytest

from agent.domain.alert import AlertState, Category, Severity, admitted, delivered, undelivered
from tests.agent.makers import NOON, make_alert

WINDOW = timedelta(seconds=90)


def test_the_payload_is_the_documented_one() -> None:
    assert make_alert().payload == {
        "alert_type": "run.failed",
        "severity": "high",
        "run_id": "r1",
        "agent_id": "default",
        "error_code": "ERR_CODEX_EXIT_NONZERO",
        "ts": "2026-03-01T12:00:00Z",
    }


@pytest.mark.parametrize(
    ("severity", "state"),
    [
        (Severity.LOW, AlertState.DROPPED_THRESHOLD),
        (Severity.MEDIUM, AlertState.PENDING),
        (Severity.CRITICAL, AlertState.PENDING),
    ],
)
def test_less_severe_alerts_are_dropped(severity: Severity, state: AlertState) -> None:
    assert admitted(make_alert(severity=severity), Severity.MEDIUM, None, WINDOW).state is state


@pytest.mark.parametrize(("age", "state"), [(89, AlertState.DROPPED_DEDUP), (90, AlertState.PENDING)])
def test_repeats_are_swallowed_for_the_window(age: int, state: AlertState) -> None:
    alert = admitted(make_alert(), Severity.MEDIUM, NOON - timedelta(seconds=age), WINDOW)

    assert alert.state is state


def test_an_outage_across_runs_is_one_alert_but_each_approval_is_its_own() -> None:
    asked = Category.TOOL_APPROVAL_REQUESTED

    assert make_alert(run_id="a").signature == make_alert(run_id="b").signature
    assert make_alert(category=asked, run_id="a").signature != make_alert(category=asked, run_id="b").signature


def test_after_its_retries_it_is_a_dead_letter_that_is_tried_at_growing_intervals() -> None:
    alert, history = make_alert(), []
    for _ in range(5):
        alert = undelivered(alert, "503", 2, NOON)
        history.append((alert.state, (alert.next_at - NOON).total_seconds()))

    dead = AlertState.DEAD_LETTER
    assert history == [(AlertState.PENDING, 1), (AlertState.PENDING, 2), (dead, 60), (dead, 120), (dead, 240)]


def test_a_dead_letter_may_still_arrive() -> None:
    assert delivered(make_alert(state=AlertState.DEAD_LETTER, attempts=5)).state is AlertState.SENT
