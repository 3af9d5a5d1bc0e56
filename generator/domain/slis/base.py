"""What every service level indicator answers: how many bad events a window held, and how many in all."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

from generator.domain.duration import Duration
from generator.domain.selector import Selector
from generator.domain.slis.traffic import Counter


@dataclass(frozen=True, slots=True)
class Sli(ABC):
    """A count of bad events against a count of all."""

    @abstractmethod
    def errors(self, window: Duration, total: str = "") -> str:
        """PromQL of the bad events in the window; zero, not absent, while there is traffic.

        `total` is PromQL of all events in the window without labels, where they are known already: then the series of
        all events need not be read again.
        """

    @abstractmethod
    def total(self, window: Duration) -> str:
        """PromQL of all events in the window."""

    @property
    @abstractmethod
    def sentence(self) -> str:
        """What counts as bad, for a runbook, without a full stop."""

    @property
    @abstractmethod
    def selectors(self) -> tuple[Selector, ...]:
        """Every selector that it reads."""

    @property
    @abstractmethod
    def event(self) -> str:
        """What is counted, in the plural."""

    @property
    def reads_raw(self) -> bool:
        """Whether windows of less than two hours read raw series, to be exact to the minute."""
        return True

    @abstractmethod
    def scaled(self, divisor: int) -> Self:
        """The same indicator with every duration divided."""


@dataclass(frozen=True, slots=True)
class EventSli(Sli):
    """An indicator that counts events, so that test traffic can have any share of bad ones."""

    @property
    @abstractmethod
    def counters(self) -> tuple[Counter, ...]:
        """Series that show test traffic to the indicator."""
