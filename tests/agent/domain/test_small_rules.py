"""Holds the small closed sets to being complete, and the small rules to what they say."""

from datetime import timedelta

import pytest

from agent.domain.activity import Deferred, Failure, Stopped, Success, Verdict
from agent.domain.approval import Scope
from agent.domain.conditions import Sign, of_cli, of_git, of_telegram
from agent.domain.containment import Autonomy, Containment, allowing, denying, objection
from agent.domain.delivery import Delivered, Delivery, Paced, Refused, Uncertain, Unreachable
from agent.domain.error_codes import CATALOG, ErrorCode
from agent.domain.events import EventName, RecoveryNoted, RunFailed, facts
from agent.domain.incident import IncidentSeverity, severity_of
from agent.domain.incident_hands import acknowledged
from agent.domain.pacing import PRIVATE_CHAT, delay, full, rate_of, taken
from agent.domain.quality import Score, Signal, drift
from agent.domain.recovery import ACTIONS, Remedy, Stage, options
from agent.domain.roles import NEEDED, Deed, Role, may
from agent.errors import Conflict
from tests.agent.makers import NOON, make_approval, make_incident


def test_every_error_code_is_explained_and_has_a_way_on() -> None:
    assert len(ErrorCode) == 11
    assert set(CATALOG) == set(ErrorCode)
    assert all(options(code) for code in ErrorCode)


def test_the_log_can_always_be_had() -> None:
    assert all(options(code)[-1].remedy is Remedy.DOWNLOAD_ARTIFACT for code in ErrorCode)
    assert set(ACTIONS) == set(Remedy)


def test_every_deed_needs_a_role() -> None:
    assert set(NEEDED) == set(Deed)


@pytest.mark.parametrize("deed", list(Deed))
def test_who_may_do_it_as_a_lesser_role_may_do_it_as_a_greater(deed: Deed) -> None:
    allowed = [may(role, deed) for role in Role]

    assert allowed == sorted(allowed)
    assert allowed[-1]


@pytest.mark.parametrize(
    ("verdict", "sign"),
    [
        (Success("done"), Sign.GOOD),
        (Deferred("Bash", "t1", "ls", Scope.SHELL), Sign.GOOD),
        (Stopped(), Sign.NONE),
        (Failure(ErrorCode.PROVIDER_UNHEALTHY, "overloaded", 1), Sign.BAD),
        (Failure(ErrorCode.PROVIDER_FAILED, "401", 1), Sign.BAD),
        (Failure(ErrorCode.EXEC_TIMEOUT, "hung", -15), Sign.BAD),
        (Failure(ErrorCode.CODEX_EXIT_NONZERO, "lint", 1), Sign.NONE),
        (Failure(ErrorCode.CODEX_EXIT_NONZERO, "", 101), Sign.BAD),
        (Failure(ErrorCode.CODEX_EXIT_NONZERO, "killed", -9), Sign.BAD),
        (Failure(ErrorCode.CLI_NOT_FOUND, "no codex"), Sign.NONE),
    ],
)
def test_what_the_cli_said_counts_before_its_exit_code(verdict: Verdict, sign: Sign) -> None:
    assert of_cli(verdict) is sign


@pytest.mark.parametrize(
    ("delivery", "sign"),
    [
        (Delivered(1), Sign.GOOD),
        (Refused("blocked"), Sign.GOOD),
        (Unreachable("502"), Sign.BAD),
        (Uncertain("timed out"), Sign.BAD),
        (Paced(60), Sign.NONE),
        (Paced(61), Sign.BAD),
    ],
)
def test_a_429_is_pacing_until_it_asks_for_too_much(delivery: Delivery, sign: Sign) -> None:
    assert of_telegram(delivery) is sign


@pytest.mark.parametrize(("code", "sign"), [(0, Sign.GOOD), (1, Sign.NONE), (128, Sign.BAD), (None, Sign.BAD)])
def test_git_fails_by_128_and_by_silence(code: int | None, sign: Sign) -> None:
    assert of_git(code) is sign


def test_halting_stops_what_is_high_risk_and_nothing_else() -> None:
    halted = Containment(halted=True)

    assert objection(halted, make_approval(scope=Scope.PUSH))
    assert not objection(halted, make_approval(scope=Scope.SHELL))


def test_a_denied_tool_is_denied_until_it_is_allowed_again() -> None:
    denied = denying(Containment(), "Bash")

    assert objection(denied, make_approval(tool="Bash"))
    assert not objection(allowing(denied, "Bash"), make_approval(tool="Bash"))


def test_l1_recommends_only() -> None:
    assert Containment(autonomy=Autonomy.L1).recommends_only
    assert not Containment().recommends_only


def test_an_unknown_severity_is_never_taken_for_less_than_a_warning() -> None:
    assert severity_of(["info", "purple"]) is IncidentSeverity.WARNING
    assert severity_of(["warning", "critical"]) is IncidentSeverity.CRITICAL


def test_a_resolved_incident_cannot_be_acknowledged() -> None:
    with pytest.raises(Conflict):
        acknowledged(make_incident(resolved_at=NOON), 7, NOON)


def scores(signal: Signal, *values: float) -> list[Score]:
    return [Score("local", "all", signal, value, NOON) for value in values]


def test_too_few_scores_say_nothing() -> None:
    assert drift(scores(Signal.RUN, 0, 0, 0, 0)) is None


def test_good_work_is_no_drift() -> None:
    assert drift(scores(Signal.FEEDBACK, 1, 1, 1, 1, 1)) == 0


def test_the_worst_signal_decides_and_stops_at_one() -> None:
    assert drift(scores(Signal.FEEDBACK, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1)) == pytest.approx(0.5)
    assert drift(scores(Signal.FEEDBACK, *[0] * 5)) == 1


def test_a_burst_passes_and_then_one_a_second() -> None:
    bucket, waits = full(PRIVATE_CHAT, 0.0), []
    for _ in range(7):
        waits.append(delay(bucket, PRIVATE_CHAT, 0.0))
        bucket = taken(bucket, PRIVATE_CHAT, 0.0)

    assert waits == [0, 0, 0, 0, 0, 1, 2]
    assert delay(bucket, PRIVATE_CHAT, 3.0) == 0


def test_groups_are_spoken_to_more_slowly() -> None:
    assert rate_of(-100).seconds_each > rate_of(100).seconds_each


def test_an_event_has_facts_as_text() -> None:
    event = RunFailed("r1", "app", ErrorCode.UNKNOWN, None, timedelta(seconds=2))

    assert facts(event) == {"run_id": "r1", "project_id": "app", "error": "ERR_UNKNOWN", "worked": "2.000"}


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_of_a_recovery_has_an_event_name(stage: Stage) -> None:
    assert RecoveryNoted("r1", stage, "").name is EventName(f"recovery.{stage}")
