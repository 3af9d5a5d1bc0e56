"""The menus of commands that Telegram shows: each allowed user sees what their role covers, nobody else sees any."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from telegram import Bot, BotCommand, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import TelegramError

from agent.adapters.telegram.commands import Entry, entries_for
from agent.adapters.telegram.outcome import words_of
from agent.domain.roles import Role
from agent.logs.redaction import Redaction

_log = logging.getLogger(__name__)
_SECONDS: Final = 30.0


async def show_menus(bot: Bot, users: Mapping[int, Role]) -> tuple[int, ...]:
    """Set them all; answers the users for whom it failed, such as those who never spoke to the bot. Never raises."""
    redact = Redaction([bot.token])
    try:
        async with asyncio.timeout(_SECONDS):
            await bot.set_my_commands([], scope=BotCommandScopeDefault())
    except (TelegramError, TimeoutError) as error:
        _log.warning("telegram.menu_not_set", extra={"reason": words_of(error, redact)})
    return tuple([user for user, role in users.items() if not await _shown(bot, user, role, redact)])


async def _shown(bot: Bot, user: int, role: Role, redact: Redaction) -> bool:
    menu = [_line(entry) for entry in entries_for(role)]
    try:
        async with asyncio.timeout(_SECONDS):
            await bot.set_my_commands(menu, scope=BotCommandScopeChat(user))
    except (TelegramError, TimeoutError) as error:
        _log.info("telegram.menu_not_set", extra={"user": user, "reason": words_of(error, redact)})
        return False
    return True


def _line(entry: Entry) -> BotCommand:
    signs = " ".join(each.sign for each in entry.parameters)
    return BotCommand(entry.verb, f"{signs} — {entry.help}" if signs else entry.help)
