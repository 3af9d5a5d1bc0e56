"""Holds approvals to one answer, in time, or none."""

from datetime import timedelta

import pytest

from agent.domain.approval import (
    ApprovalState,
    Risk,
    Scope,
    decided,
    escalated,
    expired,
    postponed,
    scope_of,
    withdrawn,
)
from agent.errors import Conflict
from tests.agent.makers import NOON, make_approval

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("yes", "state"), [(True, ApprovalState.APPROVED), (False, ApprovalState.DENIED)])
def test_an_answer_settles_it(yes: bool, state: ApprovalState) -> None:
    approval = decided(make_approval(), yes=yes, by=9, now=NOON + timedelta(seconds=30))

    assert (approval.state, approval.decided_by, approval.answered_after) == (state, 9, timedelta(seconds=30))


def test_a_second_answer_is_refused() -> None:
    with pytest.raises(Conflict, match="already approved"):
        decided(decided(make_approval(), yes=True, by=9, now=NOON), yes=False, by=8, now=NOON)


def test_an_answer_at_the_last_moment_is_too_late() -> None:
    with pytest.raises(Conflict, match="expired"):
        decided(make_approval(), yes=True, by=9, now=NOON + HOUR)


def test_it_is_due_when_its_time_is_over_and_not_before() -> None:
    assert not make_approval().is_due(NOON + HOUR - timedelta(microseconds=1))
    assert make_approval().is_due(NOON + HOUR)


def test_nobody_answered_an_expired_one() -> None:
    assert expired(make_approval(), NOON + HOUR).answered_after is None


def test_an_escalated_one_is_still_undecided() -> None:
    assert escalated(make_approval(), NOON).is_pending


def test_postponing_never_shortens_its_time() -> None:
    assert postponed(make_approval(), NOON).expires_at == NOON + HOUR
    assert postponed(make_approval(), NOON + 2 * HOUR).expires_at == NOON + 2 * HOUR


def test_one_of_a_run_that_ended_can_not_be_answered_any_more() -> None:
    with pytest.raises(Conflict):
        decided(withdrawn(make_approval(), NOON), yes=True, by=9, now=NOON)


def test_what_reaches_others_is_high_risk() -> None:
    assert {scope for scope in Scope if make_approval(scope=scope).risk is Risk.HIGH} == {
        Scope.PUSH,
        Scope.DELETE,
        Scope.DEPLOY,
    }


@pytest.mark.parametrize(
    ("tool", "detail", "scope"),
    [
        ("Edit", "a.py", Scope.WRITE),
        ("WebFetch", "https://x", Scope.EXTERNAL),
        ("Bash", "pytest -q", Scope.SHELL),
        ("Bash", "git add . && git push origin main", Scope.PUSH),
        ("Bash", "rm -rf build", Scope.DELETE),
        ("Bash", "kubectl apply -f x.yaml", Scope.DEPLOY),
        ("Bash", "rm x; git push", Scope.PUSH),
    ],
)
def test_a_tool_call_has_the_scope_of_the_gravest_thing_it_suggests(tool: str, detail: str, scope: Scope) -> None:
    assert scope_of(tool, detail) is scope
