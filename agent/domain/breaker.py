"""A circuit breaker as pure functions of (state, policy, now).

closed ──failures in a row──► open ──time──► half-open ──successes in a row──► closed
                                ▲                │
                                └────failure─────┘

Moments are wall-clock, because the state outlives the process. A clock that was set back cannot hold a breaker open for
longer than its policy says.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias, assert_never


class BreakerName(StrEnum):
    """What is guarded; the values are those of the metric's label."""

    CLAUDE_CODE = "claude_code"
    TELEGRAM_API = "telegram_api"
    GIT_OPERATIONS = "git_operations"


@dataclass(frozen=True, slots=True)
class Policy:
    """When to open, for how long, and what it takes to close again.

    Attributes:
        failures: in a row, to open.
        successes: in a row while half-open, to close.
        open_for: how long nothing is let through.
        probes: how many may be under way at once while half-open.
    """

    failures: int
    successes: int
    open_for: timedelta
    probes: int = 1


POLICIES: Final = {
    BreakerName.CLAUDE_CODE: Policy(failures=5, successes=2, open_for=timedelta(seconds=300)),
    BreakerName.TELEGRAM_API: Policy(failures=3, successes=1, open_for=timedelta(seconds=60)),
    BreakerName.GIT_OPERATIONS: Policy(failures=3, successes=1, open_for=timedelta(seconds=30)),
}
"""As the TeleVibeCode specification has them."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Everything passes; so many failures in a row so far."""

    failures: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """Nothing passes until its time is over."""

    since: datetime


@dataclass(frozen=True, slots=True)
class HalfOpen:
    """A few probes pass; so many have succeeded in a row, so many are under way."""

    successes: int = 0
    probing: int = 0


State: TypeAlias = Closed | Open | HalfOpen


def at(state: State, policy: Policy, now: datetime) -> State:
    """The state at a moment: an open breaker whose time is over is half-open."""
    match state:
        case Closed() | HalfOpen():
            return state
        case Open(since=since) if since <= now < since + policy.open_for:
            return state
        case Open(since=since) if now < since:  # the clock was set back: the pause starts again, once
            return Open(now)
        case Open():
            return HalfOpen()
        case _:
            assert_never(state)


def admit(state: State, policy: Policy, now: datetime) -> tuple[State, bool]:
    """Whether one more may pass, and the state with it under way."""
    match at(state, policy, now):
        case Closed() as passing:
            return passing, True
        case Open() as blocked:
            return blocked, False
        case HalfOpen(probing=probing) as testing if probing < policy.probes:
            return replace(testing, probing=probing + 1), True
        case HalfOpen() as busy:
            return busy, False


def after_success(state: State, policy: Policy) -> State:
    """The state after something that was let through went well."""
    match state:
        case Closed():
            return Closed()
        case Open():  # let through before it opened: too late to be a sign of health
            return state
        case HalfOpen(successes=successes) if successes + 1 >= policy.successes:
            return Closed()
        case HalfOpen(successes=successes, probing=probing):
            return HalfOpen(successes + 1, max(probing - 1, 0))
        case _:
            assert_never(state)


def after_failure(state: State, policy: Policy, now: datetime) -> State:
    """The state after something that was let through failed in a way that counts."""
    match state:
        case Closed(failures=failures) if failures + 1 < policy.failures:
            return Closed(failures + 1)
        case Closed() | HalfOpen():
            return Open(now)
        case Open():
            return state
        case _:
            assert_never(state)


def after_neither(state: State) -> State:
    """The state after something ended that says nothing about the other side, such as a run that was cancelled."""
    match state:
        case HalfOpen(probing=probing):
            return replace(state, probing=max(probing - 1, 0))
        case Closed() | Open():
            return state
        case _:
            assert_never(state)


def restored(state: State) -> State:
    """The state after a restart: whatever was probing has gone down with the process."""
    match state:
        case HalfOpen():
            return replace(state, probing=0)
        case Closed() | Open():
            return state
        case _:
            assert_never(state)


def level(state: State) -> float:
    """The state as the gauge shows it: 1 closed, 0.5 half-open, 0 open."""
    match state:
        case Closed():
            return 1.0
        case HalfOpen():
            return 0.5
        case Open():
            return 0.0
        case _:
            assert_never(state)
