"""Scheduled misfortune: which calls fail, how, how often and for how long."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from agent.sandbox.errors import Refusal, too_many_requests


class Trouble(StrEnum):
    """What happens to a call."""

    FLOOD = "429"
    SERVER_ERROR = "5xx"
    HANG = "hang"
    RESET = "reset"
    REFUSE = "refuse"


@dataclass(slots=True)
class Fault:
    """One scheduled fault; it ends after so many calls, or at a moment, or when it is lifted.

    Attributes:
        late: strike after the call took effect, so that the caller cannot know whether it did.
        left: calls that it still strikes; None is any number.
        until: when it ends by itself; None is never.
    """

    identifier: int
    trouble: Trouble
    method: str = ""
    chat_id: int | None = None
    left: int | None = None
    until: float | None = None
    retry_after: int | None = None
    status: int = HTTPStatus.BAD_GATEWAY
    late: bool = False
    lifted: bool = False

    def strikes(self, method: str, chat_id: int | None) -> bool:
        """Whether a call is one of those meant."""
        meant = not self.method or self.method.lower() == method.lower()
        return meant and self.trouble is not Trouble.REFUSE and self.chat_id in (None, chat_id)

    def takes_everything(self) -> bool:
        """Whether it strikes any number of calls, of any method and chat."""
        return not self.method and self.chat_id is None and self.left is None and self.trouble is not Trouble.FLOOD

    def over(self, now: float) -> bool:
        """Whether it strikes no further call."""
        return self.left == 0 or not self.lasts(now)

    def lasts(self, now: float) -> bool:
        """Whether those it holds are still held: neither lifted nor past its time."""
        return not self.lifted and (self.until is None or now < self.until)

    def refusal(self, now: float) -> Refusal:
        """The answer, for the faults that answer at all."""
        if self.trouble is Trouble.SERVER_ERROR:
            return Refusal(self.status, HTTPStatus(self.status).phrase)
        left = 1 if self.until is None else math.ceil(self.until - now)
        return too_many_requests(max(1, left) if self.retry_after is None else self.retry_after)


class Faults:
    """All faults that are scheduled."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._number = 0

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def number(self) -> int:
        """An identifier for the next fault."""
        self._number += 1
        return self._number

    def add(self, fault: Fault) -> None:
        """Schedule one more."""
        self._faults.append(fault)

    def lift(self, identifier: int | None) -> None:
        """End one fault, or all."""
        for fault in self._faults:
            fault.lifted = fault.lifted or identifier in (None, fault.identifier)

    def outage(self, now: float) -> Fault | None:
        """The fault that takes the whole of Telegram away for a while, pushed updates included."""
        active = (fault for fault in self._faults if not fault.over(now))
        return next((fault for fault in active if fault.takes_everything()), None)

    def refused(self, now: float) -> bool:
        """Whether connections are refused."""
        return any(fault.trouble is Trouble.REFUSE and not fault.over(now) for fault in self._faults)

    def strike(self, method: str, chat_id: int | None, now: float) -> Fault | None:
        """The first fault that this call meets; it counts."""
        active = (fault for fault in self._faults if not fault.over(now))
        met = next((fault for fault in active if fault.strikes(method, chat_id)), None)
        if met is not None and met.left is not None:
            met.left -= 1
        return met
