"""Learns the bot's name and shows everybody their commands, as soon as Telegram answers."""

import logging
from collections.abc import Mapping

from telegram import Bot
from telegram.error import TelegramError

from agent.adapters.telegram.menus import show_menus
from agent.adapters.telegram.outcome import words_of
from agent.domain.roles import Role
from agent.logs import Redaction
from agent.ports import Clock

_log = logging.getLogger(__name__)
_LONGEST_PAUSE = 60.0


class Greeting:
    """Commands work without it; in groups, those that are addressed to the bot need its name."""

    def __init__(self, bot: Bot, users: Mapping[int, Role], clock: Clock) -> None:
        self._bot = bot
        self._users = users
        self._clock = clock
        self._name = ""

    def name(self) -> str:
        """The bot's user name, or empty while it is not known."""
        return self._name

    async def run(self) -> None:
        """Return when it is done; never raises but on cancellation."""
        pause = 1.0
        while not self._name:
            try:
                self._name = (await self._bot.get_me()).username or ""
            except TelegramError as error:
                _log.info("telegram.not_greeted", extra={"reason": words_of(error, Redaction([self._bot.token]))})
                await self._clock.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        await show_menus(self._bot, self._users)
