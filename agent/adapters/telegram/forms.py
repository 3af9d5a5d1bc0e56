"""The forms in which a message may be sent: as it is, and plainer when Telegram objects to how it is written."""

import html
import re
from dataclasses import dataclass, replace
from typing import Final

from agent.domain.outbox import Buttons, Message

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
REPETITION: Final = "\n\n<i>(This may be a repetition.)</i>"
NOTHING: Final = "(no text)"
_TAGS: Final = re.compile(
    r"</?(?:b|strong|i|em|u|ins|s|strike|del|a|pre|code|blockquote|span|tg-spoiler|tg-emoji)(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
_LINE_END: Final = re.compile(r"\r\n?")
_NEVER_SHOWN: Final = dict.fromkeys(
    code
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(code) not in "\n\t"
)
"""Control characters, and those that turn the direction of writing: with them `exe.gpj` reads as a picture."""

_ABOUT_TEXT: Final = ("can't parse entities", "message is too long", "caption is too long", "entity")
_ABOUT_BUTTONS: Final = ("button_url_invalid", "button url", "keyboard button", "button_data_invalid", "reply_markup")


@dataclass(frozen=True, slots=True)
class Form:
    """How a message is put to Telegram."""

    text: str
    buttons: Buttons
    html: bool = True


def first_form(message: Message) -> Form:
    """The message as it was meant, marked when it may be a repetition."""
    text = sound(message.text)
    if not plain(text).strip():
        text = NOTHING
    if message.uncertain and not message.is_edit:
        text += REPETITION
    return Form(text, message.buttons)


def plainer(form: Form, objection: str, limit: int) -> Form | None:
    """The form to try after an objection, or None when it is about something else."""
    said = objection.lower()
    if form.html and any(phrase in said for phrase in _ABOUT_TEXT):
        return replace(form, text=cut(plain(form.text), limit), html=False)
    if form.buttons and any(phrase in said for phrase in _ABOUT_BUTTONS):
        return replace(form, buttons=_without_links(form.buttons))
    return None


def plain(text: str) -> str:
    """What a reader of the HTML sees."""
    return html.unescape(_TAGS.sub("", text))


def cut(text: str, limit: int) -> str:
    """The beginning of a plain text, marked when something is missing. Telegram counts in UTF-16 at its strictest."""
    if width(text) <= limit:
        return text
    raw = text.encode("utf-16-le", "surrogatepass")[: 2 * (limit - 1)]
    return raw.decode("utf-16-le", "ignore") + "…"


def width(text: str) -> int:
    """Length in UTF-16 units, which is never less than in characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def sound(text: str) -> str:
    """The text without halves of characters, which cannot be sent at all, and without what makes it read otherwise."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return _LINE_END.sub("\n", whole).translate(_NEVER_SHOWN)


def _without_links(buttons: Buttons) -> Buttons:
    rows = (tuple(button for button in row if not button.url) for row in buttons)
    kept = tuple(row for row in rows if row)
    return () if kept == buttons else kept
