"""An agent's final answer: its Markdown as far as Telegram can show it, shortened by whole paragraphs."""

import re
from collections.abc import Iterator
from typing import Final

from agent.adapters.telegram.forms import width
from agent.adapters.telegram.render.html import block, escaped

_FENCED: Final = re.compile(r"^```[^\n]*\n(.*?)(?:\n```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_SPAN: Final = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*")
_HEADING: Final = re.compile(r"#{1,6} +(.*)")
_NOTE: Final = 60
_READ: Final = 40_000


def answer(text: str, room: int) -> str:
    """As many whole paragraphs as fit; the first one is shortened when it alone is too long."""
    parts = list(_parts(text.strip()[:_READ]))
    shown: list[str] = []
    left = room - _NOTE
    for kind, part in parts:
        written = _written(kind, part, left)
        if not written:
            break
        shown.append(written)
        left -= width(written) + 2
    if not shown and parts:
        kind, part = parts[0]
        shown.append(block(part, room - _NOTE) if kind else escaped(part, room - _NOTE))
    missing = len(parts) - len(shown)
    note = [f"<i>… {missing} more in the log.</i>"] if missing else []
    return "\n\n".join([*shown, *note])


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Fenced code, marked as such, and the paragraphs between."""
    at = 0
    for fence in _FENCED.finditer(text):
        yield from ((False, part) for part in _paragraphs(text[at : fence.start()]))
        if fence.group(1).strip():
            yield True, fence.group(1)
        at = fence.end()
    yield from ((False, part) for part in _paragraphs(text[at:]))


def _paragraphs(text: str) -> Iterator[str]:
    return (part.strip("\n") for part in re.split(r"\n\s*\n", text) if part.strip())


def _written(kind: bool, part: str, room: int) -> str:
    whole = len(part) + 11  # no part gets shorter when it is written
    if whole > room:
        return ""
    written = block(part, 7 * whole) if kind else "\n".join(_line(each) for each in part.split("\n"))
    return written if width(written) <= room else ""


def _line(text: str) -> str:
    heading = _HEADING.fullmatch(text)
    if heading:
        return f"<b>{_all(heading.group(1))}</b>" if heading.group(1).strip() else ""
    pieces, at = [], 0
    for span in _SPAN.finditer(text):
        pieces.append(_all(text[at : span.start()]))
        tag, inside = ("code", span.group(1)) if span.group(1) else ("b", span.group(2))
        pieces.append(f"<{tag}>{_all(inside)}</{tag}>")
        at = span.end()
    return "".join(pieces) + _all(text[at:])


def _all(text: str) -> str:
    return escaped(text, 7 * len(text) + 7)
