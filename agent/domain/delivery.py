"""What became of one attempt to hand a message to Telegram."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Delivered:
    """Telegram has it, under this number."""

    telegram_id: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The edit said what the message says already."""


@dataclass(frozen=True, slots=True)
class Paced:
    """Telegram asks for a pause (429)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Telegram did not take it: no connection, or an answer in the 500s."""

    detail: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The answer got lost; it may or may not have arrived."""

    detail: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram will never take it, as it is or for this chat."""

    detail: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The message to edit does not exist any more."""


Delivery: TypeAlias = Delivered | Unchanged | Paced | Unreachable | Uncertain | Refused | Gone
