"""Taps on buttons: each may be answered once, and only while it is young."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

from agent.sandbox.errors import QUERY_TOO_OLD, bad_request
from agent.sandbox.plain import JsonObject

LIFETIME: Final = 150.0
MAX_ANSWER: Final = 200


@dataclass(slots=True)
class Callback:
    """One tap and what the bot answered to it."""

    identifier: str
    chat_id: int
    message_id: int
    data: str
    user: JsonObject
    at: float
    answered_at: float | None = None
    answer: str = ""
    alert: bool = False

    def as_json(self) -> JsonObject:
        """For `/sim/callbacks`."""
        return {
            "id": self.identifier,
            "chat_id": self.chat_id,
            "message_id": self.message_id,
            "data": self.data,
            "user": self.user,
            "at": self.at,
            "answered_at": self.answered_at,
            "answer": self.answer,
            "show_alert": self.alert,
        }


class Callbacks:
    """All taps so far."""

    def __init__(self) -> None:
        self._callbacks: dict[str, Callback] = {}
        self._numbers = count(4_382_000_000_000_001)

    def __iter__(self) -> Iterator[Callback]:
        return iter(self._callbacks.values())

    def add(self, place: tuple[int, int], data: str, user: JsonObject, now: float) -> Callback:
        """A tap on a button of the message at (chat, message)."""
        callback = Callback(str(next(self._numbers)), *place, data, user, now)
        self._callbacks[callback.identifier] = callback
        return callback

    def find(self, identifier: str) -> Callback | None:
        """The tap with this identifier."""
        return self._callbacks.get(identifier)

    def answer(self, identifier: str, text: str, *, alert: bool, now: float) -> None:
        """What the bot says to the tap; refused when late, unknown, too long or said before."""
        callback = self._callbacks.get(identifier)
        if callback is None or callback.answered_at is not None or now - callback.at > LIFETIME:
            raise bad_request(QUERY_TOO_OLD)
        if len(text) > MAX_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        callback.answered_at, callback.answer, callback.alert = now, text, alert
