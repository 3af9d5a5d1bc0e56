"""Pushed updates: a pure handler that answers 200 only for what is kept, and the registration with Telegram."""

import json
import logging
from dataclasses import dataclass, field
from typing import Final

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from agent.adapters.telegram.intake import ALLOWED_UPDATES, Intake, number_of
from agent.adapters.telegram.outcome import seconds_of, words_of
from agent.errors import StoreError
from agent.logs.redaction import Redaction
from agent.ports import Clock
from agent.settings.secret import Secret

_log = logging.getLogger(__name__)

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LARGEST_BODY: Final = 1024 * 1024
_COME_BACK_SECONDS: Final = 30
_LONGEST_PAUSE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer over HTTP."""

    status: int
    reason: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Webhook:
    """Takes what Telegram posts. Without a secret it takes nothing."""

    def __init__(self, intake: Intake, secret: Secret) -> None:
        self._intake = intake
        self._secret = secret

    def refusal(self, secret: str, length: int | None) -> Answer | None:
        """Why the body need not even be read, or None."""
        if not self._secret or not self._secret.matches(secret):
            return Answer(401, "wrong secret")
        if length is not None and length > LARGEST_BODY:
            return Answer(413, "too large")
        return None

    async def take(self, secret: str, body: bytes) -> Answer:
        """One delivery. What is refused with 503, Telegram keeps and sends again."""
        refused = self.refusal(secret, len(body))
        if refused is not None:
            return refused
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return Answer(400, "not JSON")
        if number_of(update) is None:
            return Answer(400, "not an update")
        try:
            await self._intake.keep([update])
        except StoreError as error:
            return Answer(503, str(error), {"Retry-After": str(_COME_BACK_SECONDS)})
        return Answer(200)


class Registration:
    """Tells Telegram where to push, and keeps trying until Telegram knows."""

    def __init__(self, bot: Bot, clock: Clock, url: str, secret: Secret) -> None:
        self._bot = bot
        self._clock = clock
        self._url = url
        self._secret = secret
        self._redact = Redaction([bot.token, secret.reveal()])
        self.problem = "not registered yet"

    async def run(self) -> None:
        """Return once Telegram pushes to us; never raises but on cancellation."""
        pause = 1.0
        while self.problem:
            try:
                await self._register()
            except TelegramError as error:
                self.problem = words_of(error, self._redact)
                _log.warning("telegram.webhook_not_set", extra={"reason": self.problem})
                await self._clock.sleep(max(pause, seconds_of(error)) if isinstance(error, RetryAfter) else pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                self.problem = ""

    async def _register(self) -> None:
        await self._bot.set_webhook(
            self._url,
            secret_token=self._secret.reveal(),
            allowed_updates=ALLOWED_UPDATES,
            max_connections=1,  # one after the other, so that what was said first comes first
            drop_pending_updates=False,
        )
