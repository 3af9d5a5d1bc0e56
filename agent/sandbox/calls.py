"""Every call of the bot, as it came and as it was answered."""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.sandbox.plain import JsonObject


@dataclass(slots=True)
class Call:
    """One call.

    Attributes:
        status: HTTP status of the answer; 0 while it is open, and for ever when the connection was cut.
        description: what a refusal said.
    """

    number: int
    method: str
    arguments: JsonObject
    chat_id: int | None
    at: float
    ended_at: float | None = None
    status: int = 0
    description: str = ""
    trouble: str = ""

    def as_json(self) -> JsonObject:
        """For `/sim/calls`."""
        return {
            "number": self.number,
            "method": self.method,
            "arguments": self.arguments,
            "chat_id": self.chat_id,
            "at": self.at,
            "ended_at": self.ended_at,
            "status": self.status,
            "description": self.description,
            "fault": self.trouble,
        }


class Calls:
    """The list of calls, oldest first."""

    def __init__(self) -> None:
        self._calls: list[Call] = []

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def begin(self, method: str, arguments: JsonObject, chat_id: int | None, now: float) -> Call:
        """Note a call that just arrived."""
        call = Call(len(self._calls) + 1, method, arguments, chat_id, now)
        self._calls.append(call)
        return call

    def chosen(self, method: str = "", chat_id: int | None = None, after: int = 0) -> list[Call]:
        """Those of one method, one chat, after one number; each condition may be left out."""
        return [
            call
            for call in self._calls[after:]
            if (not method or call.method.lower() == method.lower()) and chat_id in (None, call.chat_id)
        ]
