"""The ways in which a wish is dealt with: by looking, by changing, by an errand outside, or not at all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.dispatch.desk import Desk
from agent.services.journal import Writing


@dataclass(frozen=True, slots=True)
class Look:
    """Changes nothing, so it also works while the disk refuses. It may wait for git or files."""

    see: Callable[[Desk, Ask], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Change:
    """Changes something within the one transaction that also marks the update as done."""

    make: Callable[[Desk, Ask, Writing], Awaitable[Answer | None]]


@dataclass(frozen=True, slots=True)
class Errand:
    """Has to do with git, files or the network first, repeatably, and then concludes by itself, exactly once."""

    run: Callable[[Desk, Ask, Conclude], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Turned:
    """Turned down, for a reason that one sentence says."""

    sentence: str


Plan: TypeAlias = Look | Change | Errand | Turned
