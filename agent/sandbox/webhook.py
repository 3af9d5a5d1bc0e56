"""Where updates are pushed to, and how the last attempts went."""

from dataclasses import dataclass
from typing import Final

from agent.sandbox.plain import JsonObject

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
USUAL_CONNECTIONS: Final = 40
FIRST_RETRY: Final = 1.0
LONGEST_RETRY: Final = 60.0
LONGEST_ASKED: Final = 3600


@dataclass(slots=True)
class Webhook:
    """A webhook; without an address there is none.

    Attributes:
        delay: pause before the next attempt, doubled after each failure.
        due: when the next attempt is made.
    """

    url: str = ""
    secret: str = ""
    max_connections: int = USUAL_CONNECTIONS
    delay: float = FIRST_RETRY
    due: float = 0.0
    failed_at: float | None = None
    failure: str = ""

    def as_json(self, pending: int, allowed: tuple[str, ...]) -> JsonObject:
        """The `WebhookInfo` of the Bot API."""
        info: JsonObject = {"url": self.url, "has_custom_certificate": False, "pending_update_count": pending}
        if self.url:
            info["max_connections"] = self.max_connections
        if self.failed_at is not None:
            info |= {"last_error_date": int(self.failed_at), "last_error_message": self.failure}
        return info | ({"allowed_updates": list(allowed)} if allowed else {})

    def succeeded(self) -> None:
        """The next update may go at once."""
        self.delay, self.due = FIRST_RETRY, 0.0

    def failed(self, why: str, now: float, retry_after: str | None = None) -> None:
        """Try again later: when asked to, otherwise after a pause twice as long as the last."""
        self.failed_at, self.failure = now, why
        asked = retry_after is not None and retry_after.isdecimal()
        pause = float(min(int(retry_after or 0), LONGEST_ASKED)) if asked else self.delay
        self.delay = min(self.delay * 2, LONGEST_RETRY)
        self.due = now + pause
