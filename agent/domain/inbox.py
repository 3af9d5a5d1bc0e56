"""What came in from outside and was accepted: kept until dealt with, and told apart from its repetitions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Source(StrEnum):
    """Where it came from."""

    TELEGRAM = "telegram"
    ALERTMANAGER = "alertmanager"


class ItemState(StrEnum):
    """Whether it has been dealt with; `failed` ones were tried too often and are kept to be looked at."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One update or one alert group, as it came.

    Attributes:
        id: the order of arrival, given by the store.
        key: what repetitions share, such as the update id.
        attempts: how often dealing with it was begun.
    """

    id: int
    source: Source
    key: str
    body: str
    accepted_at: datetime
    state: ItemState = ItemState.WAITING
    attempts: int = 0
    detail: str = ""
