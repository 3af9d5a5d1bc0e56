"""Holds the breaker to a simple model of itself, and to the documents' numbers."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.breaker import (
    POLICIES,
    BreakerName,
    Closed,
    HalfOpen,
    Open,
    Policy,
    State,
    admit,
    after_failure,
    after_neither,
    after_success,
    at,
    level,
    restored,
)
from tests.agent.makers import NOON

POLICY = Policy(failures=3, successes=2, open_for=timedelta(seconds=60), probes=1)
LATER = NOON + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("name", "failures", "successes", "seconds"),
    [("claude_code", 5, 2, 300), ("telegram_api", 3, 1, 60), ("git_operations", 3, 1, 30)],
)
def test_the_policies_are_those_of_the_document(name: str, failures: int, successes: int, seconds: int) -> None:
    policy = POLICIES[BreakerName(name)]

    assert (policy.failures, policy.successes, policy.open_for.total_seconds()) == (failures, successes, seconds)
    assert policy.probes == 1


def test_it_opens_at_the_threshold_and_not_before() -> None:
    state: State = Closed()
    for _ in range(2):
        state = after_failure(state, POLICY, NOON)
    assert state == Closed(2)

    assert after_failure(state, POLICY, NOON) == Open(NOON)


def test_a_success_in_between_starts_the_count_afresh() -> None:
    assert after_success(Closed(2), POLICY) == Closed(0)


def test_it_lets_nothing_through_while_open_and_one_probe_afterwards() -> None:
    assert admit(Open(NOON), POLICY, LATER - timedelta(microseconds=1))[1] is False
    state, first = admit(Open(NOON), POLICY, LATER)
    _, second = admit(state, POLICY, LATER)

    assert (first, second) == (True, False)


def test_a_failed_probe_opens_it_for_the_whole_time_again() -> None:
    assert after_failure(HalfOpen(1, 1), POLICY, LATER) == Open(LATER)


def test_a_probe_that_says_nothing_makes_room_for_another() -> None:
    assert after_neither(HalfOpen(1, 1)) == HalfOpen(1, 0)


def test_a_restart_forgets_probes_and_nothing_else() -> None:
    assert restored(HalfOpen(1, 1)) == HalfOpen(1, 0)
    assert restored(Open(NOON)) == Open(NOON)
    assert restored(Closed(2)) == Closed(2)


def test_a_clock_that_was_set_back_does_not_hold_it_open() -> None:
    shifted = at(Open(NOON), POLICY, NOON - timedelta(days=1))

    assert shifted == Open(NOON - timedelta(days=1))


@pytest.mark.parametrize(("state", "shown"), [(Closed(4), 1.0), (HalfOpen(), 0.5), (Open(NOON), 0.0)])
def test_the_gauge_shows_the_documented_numbers(state: State, shown: float) -> None:
    assert level(state) == shown


class Model:
    """The breaker as a person would explain it: a word and four counters."""

    def __init__(self) -> None:
        self.word, self.failures, self.successes, self.probing = "closed", 0, 0, 0
        self.opened = NOON

    def look(self, now: datetime) -> None:
        if self.word == "open" and now >= self.opened + POLICY.open_for:
            self.word, self.successes, self.probing = "half-open", 0, 0

    def ask(self, now: datetime) -> bool:
        self.look(now)
        if self.word == "half-open" and self.probing < POLICY.probes:
            self.probing += 1
            return True
        return self.word == "closed"

    def succeed(self) -> None:
        if self.word == "closed":
            self.failures = 0
        elif self.word == "half-open":
            self.probing, self.successes = max(self.probing - 1, 0), self.successes + 1
            if self.successes >= POLICY.successes:
                self.word, self.failures = "closed", 0

    def fail(self, now: datetime) -> None:
        self.failures += self.word == "closed"
        if self.word == "half-open" or (self.word == "closed" and self.failures >= POLICY.failures):
            self.word, self.opened = "open", now


@given(st.lists(st.tuples(st.sampled_from(["ask", "succeed", "fail"]), st.integers(0, 50)), max_size=60))
def test_it_does_what_the_model_does(steps: list[tuple[str, int]]) -> None:
    model, state, now = Model(), Closed(), NOON
    current: State = state
    words = {Closed: "closed", Open: "open", HalfOpen: "half-open"}
    for step, seconds in steps:
        now += timedelta(seconds=seconds)
        match step:
            case "ask":
                current, admitted = admit(current, POLICY, now)
                assert admitted == model.ask(now)
            case "succeed":
                current = after_success(current, POLICY)
                model.succeed()
            case _:
                current = after_failure(current, POLICY, now)
                model.fail(now)
        assert words[type(current)] == model.word
