"""A chat as a test reads it, and as a person reads it."""

import time
from collections.abc import Sequence

from agent.sandbox.callbacks import Callback
from agent.sandbox.chats import Chat, Content, Message
from agent.sandbox.keyboard import Keyboard
from agent.sandbox.plain import JsonObject


def as_entry(chat: Chat, message: Message, taps: Sequence[Callback]) -> JsonObject:
    """One message with its present content, all versions and all taps."""
    place = (chat.identifier, message.identifier)
    versions = [{"at": version.at} | _shown(version.content) for version in message.versions]
    return {
        "message_id": message.identifier,
        "sender": "bot" if message.from_bot else "user",
        "user": message.sender,
        "at": message.versions[0].at,
        "reply_to": message.reply_to,
        "thread": message.thread,
        "deleted_at": message.deleted_at,
        "versions": versions,
        "taps": [tap.as_json() for tap in taps if (tap.chat_id, tap.message_id) == place],
    } | _shown(message.content)


def as_text(chat: Chat, taps: Sequence[Callback]) -> str:
    """The whole chat in plain text."""
    parts = [f"{chat.name} ({chat.kind} {chat.identifier})"]
    parts += [_block(chat, message, taps) for message in chat.messages.values()]
    return "\n\n".join(parts) + "\n"


def seen(content: Content) -> str:
    """Everything on the screen for one message: text, file name, buttons."""
    named = [f"<{content.file.name}, {content.file.size} bytes>"] if content.file else []
    rows = [" ".join(f"[{button['text']}]" for button in row) for row in content.buttons]
    return "\n".join(part for part in [*named, content.words.text, *rows] if part)


def _shown(content: Content) -> JsonObject:
    return {
        "text": content.words.text,
        "entities": list(content.words.entities),
        "buttons": _buttons(content.buttons),
        "media": content.media,
        "file": content.file and content.file.as_document(),
    }


def _buttons(buttons: Keyboard) -> list[list[JsonObject]]:
    return [[_button(button) for button in row] for row in buttons]


def _button(button: JsonObject) -> JsonObject:
    return {"text": button["text"], "data": button.get("callback_data"), "url": button.get("url")}


def _block(chat: Chat, message: Message, taps: Sequence[Callback]) -> str:
    moment = time.strftime("%H:%M:%S", time.gmtime(message.versions[0].at))
    edits = len(message.versions) - 1
    notes = [f"edited {edits}x"] * bool(edits) + ["deleted"] * (message.deleted_at is not None)
    head = f"{moment} #{message.identifier} {message.sender.get('first_name', '?')}" + "".join(f" ({n})" for n in notes)
    lines = [*seen(message.content).splitlines()]
    place = (chat.identifier, message.identifier)
    lines += [_tap(tap) for tap in taps if (tap.chat_id, tap.message_id) == place]
    return "\n".join([head, *(f"  {line}" for line in lines)])


def _tap(tap: Callback) -> str:
    answer = "no answer" if tap.answered_at is None else f"answered: {tap.answer}" if tap.answer else "answered"
    return f"> {tap.user.get('first_name', '?')} taps {tap.data} ({answer})"
