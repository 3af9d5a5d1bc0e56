"""The few pieces of HTML that messages are made of, each within the room it is given."""

import html
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from agent.adapters.telegram.forms import sound, width

LIMIT: Final = 4000
"""Of a whole text, tags included, in UTF-16 units: under Telegram's 4096 with room for a mark at the end."""

LINE: Final = 300
CAPTION: Final = 1000
"""Of the text under a file, as Telegram takes 1024."""

HEAD: Final = 600
_MORE: Final = "…"
_WRITTEN: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_WIDEST: Final = "\uffff"
"""What comes after it takes two UTF-16 units."""


def escaped(text: str, room: int) -> str:
    """The text, or as much of its beginning as fits when it is escaped."""
    return _fitted(text, room, lambda kept: kept + _MORE, from_end=False)


def ending(text: str, room: int) -> str:
    """The text, or as much of its end as fits when it is escaped."""
    return _fitted(text, room, lambda kept: _MORE + kept, from_end=True)


def line(text: str, room: int = LINE) -> str:
    """The text on one line."""
    near = text[: 4 * room]  # rendering takes as long for a page as for a book
    return escaped(" ".join(near.split()) + (_MORE if len(near) < len(text) else ""), room)


def bold(text: str, room: int = LINE) -> str:
    """One line in bold."""
    return f"<b>{line(text, room)}</b>" if text.strip() else ""


def code(text: str, room: int = LINE) -> str:
    """One line to copy."""
    return f"<code>{line(text, room)}</code>" if text.strip() else ""


def block(text: str, room: int) -> str:
    """Lines as they are, the beginning of them."""
    return f"<pre>{escaped(text, room - 11)}</pre>" if text.strip() else ""


def last_block(text: str, room: int) -> str:
    """Lines as they are, the end of them."""
    return f"<pre>{ending(text, room - 11)}</pre>" if text.strip() else ""


def diff_block(text: str, room: int) -> str:
    """A patch in the colours of one, or nothing when not all of it fits."""
    written = f'<pre><code class="language-diff">{escaped(text, 7 * len(text) + 7)}</code></pre>'
    return written if text.strip() and width(written) <= room else ""


def joined(*parts: str, by: str = "\n") -> str:
    """The parts that say something."""
    return by.join(part for part in parts if part)


def page(head: str, items: Sequence[str], foot: str = "", *, newest_last: bool = False, limit: int = LIMIT) -> str:
    """A heading, as many whole items as fit, how many are missing, and a foot."""
    room = limit - width(head) - width(foot) - 40
    kept = _whole(reversed(items) if newest_last else items, room)
    missing = len(items) - len(kept)
    note = f"<i>… and {missing} {'earlier' if newest_last else 'more'}</i>" if missing else ""
    body = [note, *reversed(kept)] if newest_last else [*kept, note]
    return joined(head, *body, foot)


def _whole(items: Iterable[str], room: int) -> list[str]:
    kept = []
    for item in items:
        room -= width(item) + 1
        if room < 0:
            break
        kept.append(item)
    return kept


def _fitted(text: str, room: int, marked: Callable[[str], str], *, from_end: bool) -> str:
    near = text[-room - 1 :] if from_end else text[: room + 1]  # escaping never makes it shorter
    whole = html.escape(sound(near), quote=False)
    if len(near) == len(text) and width(whole) <= room:
        return whole
    kept, left = [], room - len(_MORE)
    for letter in reversed(sound(near)) if from_end else sound(near):
        written = _WRITTEN.get(letter, letter)
        left -= len(written) + (letter > _WIDEST)
        if left < 0:
            break
        kept.append(written)
    return marked("".join(reversed(kept) if from_end else kept))
