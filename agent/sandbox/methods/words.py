"""The text of a call: parsed, trimmed and within Telegram's limits."""

from typing import Final

from agent.sandbox.arguments import Arguments
from agent.sandbox.errors import bad_request
from agent.sandbox.formatting import Formatted, utf16_length
from agent.sandbox.html_mode import parse_html

MAX_TEXT: Final = 4096
MAX_CAPTION: Final = 1024


def read_text(arguments: Arguments) -> Formatted:
    """The text of a message: 1 to 4096 characters after parsing."""
    words = _read(arguments, "text", "entities")
    if not words.text:
        raise bad_request("message text is empty")
    if len(words.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return words


def read_caption(arguments: Arguments) -> Formatted:
    """The text under a file: up to 1024 characters after parsing."""
    words = _read(arguments, "caption", "caption_entities")
    if len(words.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return words


def _read(arguments: Arguments, name: str, entities: str) -> Formatted:
    source, mode = arguments.text(name).replace("\r", ""), arguments.text("parse_mode").lower()
    if mode == "html":
        return parse_html(source).trimmed()
    if mode:
        raise bad_request("unsupported parse_mode")
    marks = arguments.nested(entities) or []
    length = utf16_length(source)
    if any(mark["offset"] < 0 or mark["offset"] + mark["length"] > length for mark in marks):
        raise bad_request("entity begins or ends outside of the text")
    return Formatted(source, tuple(marks)).trimmed()
