"""How Telegram says no: one exception that knows its JSON, and a name for every refusal used more than once."""

from http import HTTPStatus
from typing import Final

from agent.sandbox.plain import JsonObject

NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"
OTHER_POLLER: Final = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_SET_NOW: Final = "Conflict: terminated by setWebhook request"
WEBHOOK_ACTIVE: Final = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Refusal(Exception):
    """A call that is answered with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> JsonObject:
        """The JSON that the real API sends."""
        body: JsonObject = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})

    def headers(self) -> dict[str, str]:
        """The HTTP headers that go with it."""
        wait = self.parameters.get("retry_after")
        return {} if wait is None else {"Retry-After": str(wait)}


def bad_request(why: str) -> Refusal:
    """400, with Telegram's prefix."""
    return Refusal(HTTPStatus.BAD_REQUEST, f"Bad Request: {why}")


def forbidden(why: str) -> Refusal:
    """403, with Telegram's prefix."""
    return Refusal(HTTPStatus.FORBIDDEN, f"Forbidden: {why}")


def conflict(why: str) -> Refusal:
    """409: two ways of receiving updates exclude one another."""
    return Refusal(HTTPStatus.CONFLICT, why)


def too_many_requests(seconds: int) -> Refusal:
    """429, with the pause that is asked for."""
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def moved(chat_id: int) -> Refusal:
    """400: the group has become a supergroup with another id."""
    why = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(HTTPStatus.BAD_REQUEST, why, migrate_to_chat_id=chat_id)
