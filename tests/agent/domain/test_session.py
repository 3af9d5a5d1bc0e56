"""Holds the session to following its runs, and to staying closed."""

from datetime import timedelta

import pytest

from agent.domain.run import RunState
from agent.domain.session import SessionState, chosen, closed, closing, following, used
from agent.errors import Conflict
from tests.agent.makers import NOON, make_session


@pytest.mark.parametrize(
    ("run", "state"),
    [
        (RunState.RUNNING, SessionState.RUNNING),
        (RunState.WAITING_APPROVAL, SessionState.BLOCKED),
        (RunState.COMPLETED, SessionState.IDLE),
        (RunState.FAILED, SessionState.IDLE),
        (RunState.CANCELLED, SessionState.IDLE),
        (RunState.PENDING, SessionState.IDLE),
    ],
)
def test_a_session_follows_its_run(run: RunState, state: SessionState) -> None:
    assert following(make_session(), {run}, NOON).state is state


def test_of_several_runs_the_one_at_work_counts_most_and_then_the_one_that_waits() -> None:
    waiting = {RunState.CANCELLED, RunState.WAITING_APPROVAL}
    assert following(make_session(), waiting, NOON).state is SessionState.BLOCKED
    assert following(make_session(), {*waiting, RunState.RUNNING}, NOON).state is SessionState.RUNNING


def test_what_its_runs_do_is_no_choice_of_the_session() -> None:
    later = NOON + timedelta(hours=1)
    busy = following(make_session(), {RunState.RUNNING}, later)
    assert (busy.last_activity_at, busy.chosen_at) == (later, NOON)
    assert chosen(busy, later).chosen_at == later
    assert chosen(busy, NOON - timedelta(hours=1)).chosen_at == NOON


def test_a_closing_session_follows_nothing() -> None:
    assert following(closing(make_session()), {RunState.RUNNING}, NOON).state is SessionState.CLOSING


def test_a_closed_session_cannot_be_closed_again() -> None:
    with pytest.raises(Conflict):
        closed(closed(make_session(), NOON), NOON)


def test_activity_never_moves_backwards() -> None:
    assert used(make_session(), NOON - timedelta(hours=1)).last_activity_at == NOON


def test_a_conversation_is_resumed_by_the_profile_that_had_it() -> None:
    session = make_session(resume_token="t", resume_profile="codex")  # noqa: S106 - no password

    assert session.resumes("codex") == "t"
    assert session.resumes("claude") == ""
