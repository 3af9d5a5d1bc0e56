"""The bot's name in what somebody writes in a group: whether they call it, and what they say besides."""

import re
from functools import lru_cache


def calls(text: str, bot_name: str) -> bool:
    """Whether the text has `@name` in it, in capitals or not."""
    return bool(bot_name) and _name(bot_name).search(text) is not None


def without_call(text: str, bot_name: str) -> str:
    """The text without `@name`, wherever it stands."""
    return _name(bot_name).sub("", text).strip() if bot_name else text.strip()


def behind_call(text: str, bot_name: str) -> str:
    """What follows a `@name` at the beginning, so that a command may stand there; else the text as it is."""
    found = _name(bot_name).match(text.strip()) if bot_name else None
    return text.strip()[found.end() :] if found else text


@lru_cache(maxsize=4)
def _name(bot_name: str) -> re.Pattern[str]:
    """Not within a word or an address; a comma or colon behind it belongs to it, as does the blank."""
    return re.compile(rf"(?<![\w@.])@{re.escape(bot_name)}(?!\w)[,:]?[ \t]*", re.IGNORECASE)
