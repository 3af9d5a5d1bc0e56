"""Telegram as the outbox sees it: each message is sent or edited once, and whatever happens has a name."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions
from telegram import Message as Posted
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from agent.adapters.telegram.forms import CAPTION_LIMIT, TEXT_LIMIT, Form, cut, first_form, plain, plainer, width
from agent.adapters.telegram.outcome import outcome, words_of
from agent.domain.delivery import Delivered, Delivery, Refused, Uncertain
from agent.domain.outbox import Button, Buttons, Message
from agent.logs.redaction import Redaction

LARGEST_FILE: Final = 50 * 1024 * 1024
_FORMS: Final = 3
_NO_PHOTO: Final = re.compile("photo|image", re.IGNORECASE)
"""Telegram found the picture too large, too long or not to be read; as a file it takes it nevertheless."""

_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


class TelegramChat:
    """Keeps `ports.Chat`."""

    def __init__(self, bot: Bot, *, deadline_seconds: float = 15.0, upload_seconds: float = 60.0) -> None:
        self._bot = bot
        self._redact = Redaction([bot.token])
        self._deadline = deadline_seconds
        self._upload_deadline = upload_seconds
        self._moved: dict[int, int] = {}

    async def deliver(self, message: Message) -> Delivery:
        there = replace(message, chat_id=self._moved.get(message.chat_id, message.chat_id))
        seconds = self._upload_deadline if message.document else self._deadline
        try:
            async with asyncio.timeout(seconds):
                return await self._deliver(there)
        except ChatMigrated as move:
            self._moved[there.chat_id] = move.new_chat_id
            return await self.deliver(replace(there, telegram_id=0)) if there.chat_id != move.new_chat_id else _lost()
        except TelegramError as error:
            return outcome(error, self._redact)
        except TimeoutError:
            return Uncertain(f"no answer within {seconds:g} s")
        except Exception as error:  # noqa: BLE001 - the port never raises; such a message would block its chat for ever
            return Refused(f"cannot be sent: {words_of(error, self._redact)}")

    async def reachable(self, timeout_seconds: float) -> str:
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._bot.get_me()
        except TimeoutError:
            return f"no answer within {timeout_seconds:g} s"
        except Exception as error:  # noqa: BLE001 - the port never raises
            return words_of(error, self._redact)
        return ""

    async def _deliver(self, message: Message) -> Delivery:
        form, limit = first_form(message), TEXT_LIMIT
        if message.document:
            form, limit = _caption(form, await asyncio.to_thread(_missing, message.document)), CAPTION_LIMIT
        for _ in range(_FORMS):
            try:
                return Delivered(await self._post(message, form))
            except BadRequest as error:
                simpler = plainer(form, str(error), limit)
                if simpler is None:
                    raise
                form = simpler
        return Refused("Telegram takes it in no form")

    async def _post(self, message: Message, form: Form) -> int:
        mode, markup = ParseMode.HTML if form.html else None, _markup(form.buttons)
        if message.document and not await asyncio.to_thread(_missing, message.document):
            return (await self._upload(message, form, mode, markup)).message_id
        if message.telegram_id:
            await self._bot.edit_message_text(
                form.text,
                message.chat_id,
                message.telegram_id,
                parse_mode=mode,
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
            )
            return message.telegram_id
        sent = await self._bot.send_message(
            message.chat_id,
            form.text,
            parse_mode=mode,
            reply_markup=markup,
            disable_notification=message.silent,
            message_thread_id=message.thread_id or None,
            link_preview_options=_NO_PREVIEW,
        )
        return sent.message_id

    async def _upload(
        self, message: Message, form: Form, mode: ParseMode | None, markup: InlineKeyboardMarkup | None
    ) -> Posted:
        if message.is_picture:
            try:
                return await self._send_file(self._bot.send_photo, message, form, mode, markup)
            except BadRequest as error:
                if not _NO_PHOTO.search(str(error)):
                    raise
        return await self._send_file(self._bot.send_document, message, form, mode, markup)

    async def _send_file(
        self,
        send: Callable[..., Awaitable[Posted]],
        message: Message,
        form: Form,
        mode: ParseMode | None,
        markup: InlineKeyboardMarkup | None,
    ) -> Posted:
        path = Path(message.document)
        with await asyncio.to_thread(path.open, "rb") as content:
            return await send(
                message.chat_id,
                InputFile(content, filename=path.name, read_file_handle=False),
                caption=form.text,
                parse_mode=mode,
                reply_markup=markup,
                disable_notification=message.silent,
                message_thread_id=message.thread_id or None,
            )


def _caption(form: Form, missing: str) -> Form:
    if missing:
        return replace(form, text=f"{form.text}\n\n({missing})")
    words = plain(form.text)
    return replace(form, text=cut(words, CAPTION_LIMIT), html=False) if width(words) > CAPTION_LIMIT else form


def _missing(document: str) -> str:
    try:
        size = Path(document).stat().st_size
    except OSError:
        return "The file is not there any more."
    if size > LARGEST_FILE:
        return "The file is larger than the 50 MB that Telegram takes."
    return "" if size else "The file is empty."


def _markup(buttons: Buttons) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup([[_button(each) for each in row] for row in buttons]) if buttons else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=button.data)


def _lost() -> Delivery:
    return Refused("the chat has moved, and nobody knows where to")
