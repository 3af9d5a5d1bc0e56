"""`always`: the watchdog, which fires as long as anything is evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from generator.domain.conditions.base import Condition, Fields, Level, entry
from generator.domain.duration import Duration
from generator.domain.quantity import Unit
from generator.domain.selector import Selector
from generator.domain.signal import Signal


@dataclass(frozen=True, slots=True)
class Always(Condition):
    """Holds for ever. Its news is its silence: then rules, Alertmanager or the way to the chat are broken."""

    KIND: ClassVar[str] = "always"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(())

    @classmethod
    def read(cls, fields: Fields) -> Self:  # noqa: ARG003 - there is nothing to read
        return cls()

    @property
    def unit(self) -> Unit:
        return Unit("state")

    @property
    def selectors(self) -> tuple[Selector, ...]:
        return ()

    @property
    def measured(self) -> str:
        return "vector(1)"

    @property
    def expression(self) -> str:
        return "vector(1)"

    @property
    def is_measured_throughout(self) -> bool:
        return False

    @property
    def is_sudden(self) -> bool:
        return True

    @property
    def sentence(self) -> str:
        return "rules are being evaluated, which should always be so"

    def holds(self, level: Level) -> bool:
        return True

    def stimulus(self, level: Level, step: Duration) -> tuple[Signal, ...]:
        return ()

    def scaled(self, divisor: int) -> Self:
        return self
