"""What the bot does beside messages: it answers taps, shows that it is typing, and fetches files. None of it raises."""

import asyncio
import logging
from collections.abc import Awaitable
from pathlib import Path
from typing import Final

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from agent.adapters.telegram.forms import cut, sound
from agent.adapters.telegram.outcome import words_of
from agent.logs.redaction import Redaction

_log = logging.getLogger(__name__)

LARGEST_DOWNLOAD: Final = 20 * 1024 * 1024
_LONGEST_ANSWER: Final = 200
_SECONDS: Final = 10.0
_DOWNLOAD_SECONDS: Final = 60.0


class Asides:
    """Each is tried once; what is lost here is only courtesy, and is logged."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._redact = Redaction([bot.token])

    async def answer(self, callback_id: str, text: str = "", *, loud: bool = False) -> str:
        """Let the button stop spinning, perhaps with a word; empty or why it failed, such as a tap grown too old."""
        words = cut(sound(text), _LONGEST_ANSWER)
        return await self._tried("answer", self._bot.answer_callback_query(callback_id, words, show_alert=loud))

    async def typing(self, chat_id: int, thread_id: int = 0) -> str:
        """Show that something is being done; empty or why it failed."""
        action = self._bot.send_chat_action(chat_id, ChatAction.TYPING, message_thread_id=thread_id or None)
        return await self._tried("typing", action)

    async def fetch(self, file_id: str, target: Path) -> str:
        """Download a file that a person has sent; empty or why it failed. What failed leaves no file behind."""
        refusal = await self._tried("fetch", self._download(file_id, target), _DOWNLOAD_SECONDS)
        if refusal:
            await asyncio.to_thread(target.unlink, missing_ok=True)
        return refusal

    async def _download(self, file_id: str, target: Path) -> None:
        file = await self._bot.get_file(file_id)
        await file.download_to_drive(target)

    async def _tried(self, what: str, action: Awaitable[object], seconds: float = _SECONDS) -> str:
        try:
            async with asyncio.timeout(seconds):
                await action
        except TimeoutError:
            refusal = f"no answer within {seconds:g} s"
        except (TelegramError, OSError) as error:
            refusal = words_of(error, self._redact)
        else:
            return ""
        _log.warning("telegram.aside_failed", extra={"aside": what, "reason": refusal})
        return refusal
