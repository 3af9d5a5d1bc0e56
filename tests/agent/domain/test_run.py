"""Holds the run's life cycle to its diagram, and its clocks to sums that a model gets as well."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.error_codes import ErrorCode
from agent.domain.run import (
    FINAL,
    LEGAL,
    Lease,
    Run,
    RunState,
    cancelled,
    completed,
    failed,
    let_through,
    started,
    waiting,
)
from agent.errors import Conflict
from tests.agent.makers import NOON, make_run

LEASE = Lease("life-1", NOON + timedelta(seconds=30))
MOVES: dict[RunState, Callable[[Run, datetime], Run]] = {
    RunState.RUNNING: lambda run, now: started(run, LEASE, now),
    RunState.WAITING_APPROVAL: waiting,
    RunState.PENDING: let_through,
    RunState.COMPLETED: lambda run, now: completed(run, "done", now),
    RunState.FAILED: lambda run, now: failed(run, ErrorCode.UNKNOWN, "", now),
    RunState.CANCELLED: lambda run, now: cancelled(run, ErrorCode.RUN_CANCELLED, "", now),
}


def test_every_state_can_be_reached_and_every_open_one_can_end() -> None:
    assert {state for targets in LEGAL.values() for state in targets} == set(RunState)
    assert all(LEGAL[state] & FINAL for state in RunState if state not in FINAL)


def test_a_run_never_goes_from_running_back_to_pending() -> None:
    assert RunState.PENDING not in LEGAL[RunState.RUNNING]


@given(st.lists(st.tuples(st.sampled_from(list(RunState)), st.integers(0, 100)), max_size=30))
def test_only_legal_moves_happen_and_the_clocks_add_up(steps: list[tuple[RunState, int]]) -> None:
    run, now = make_run(), NOON
    first_start, waited = None, 0
    for target, seconds in steps:
        now += timedelta(seconds=seconds)
        before = run
        if target not in LEGAL[before.state]:
            with pytest.raises(Conflict):
                MOVES[target](before, now)
            continue
        if before.state is RunState.WAITING_APPROVAL and first_start is not None:
            waited += (now - (before.waiting_since or now)) // timedelta(seconds=1)
        if target is RunState.RUNNING:
            first_start = first_start or now
        run = MOVES[target](before, now)
        assert run.state is target
    assert run.started_at == first_start
    assert run.waited_seconds == waited
    if run.state in FINAL and first_start is not None:
        assert run.elapsed == now - first_start or run.finished_at != now
        assert run.worked == (run.elapsed or timedelta()) - timedelta(seconds=waited)


@given(st.sampled_from([RunState.WAITING_APPROVAL, *sorted(FINAL)]))
def test_a_run_that_leaves_running_has_no_process_and_no_lease(target: RunState) -> None:
    run = started(make_run(pid=42, pid_started=1, boot_id="b"), LEASE, NOON)

    left = MOVES[target](run, NOON)

    assert (left.pid, left.boot_id, left.lease_owner, left.lease_until) == (0, "", "", None)


def test_the_time_that_people_take_is_no_work() -> None:
    run = started(make_run(), LEASE, NOON)
    run = waiting(run, NOON + timedelta(seconds=10))
    run = let_through(run, NOON + timedelta(seconds=70))
    run = started(run, LEASE, NOON + timedelta(seconds=70))

    run = completed(run, "done", NOON + timedelta(seconds=75))

    assert run.elapsed == timedelta(seconds=75)
    assert run.worked == timedelta(seconds=15)


def test_waiting_at_the_gate_is_no_part_of_the_run_time() -> None:
    run = let_through(waiting(make_run(), NOON), NOON + timedelta(hours=1))
    run = started(run, LEASE, NOON + timedelta(hours=1))

    assert completed(run, "", NOON + timedelta(hours=1, seconds=5)).worked == timedelta(seconds=5)


def test_a_run_that_never_started_has_no_duration() -> None:
    assert cancelled(make_run(), ErrorCode.RUN_CANCELLED, "", NOON).elapsed is None


def test_a_clock_that_was_set_back_gives_no_negative_duration() -> None:
    run = started(make_run(), LEASE, NOON)

    assert completed(run, "", NOON - timedelta(hours=1)).worked == timedelta(0)
