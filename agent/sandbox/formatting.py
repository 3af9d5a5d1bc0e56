"""Text as Telegram keeps it: characters plus entities, trimmed, and measured in UTF-16 where Telegram does."""

import re
from dataclasses import dataclass
from typing import Final

from agent.sandbox.plain import JsonObject

_COMMAND: Final = re.compile(r"(?<![^\s])/[A-Za-z0-9_]{1,32}(@\w+)?")


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and what is bold, linked or code in it."""

    text: str
    entities: tuple[JsonObject, ...] = ()

    def trimmed(self) -> "Formatted":
        """Without white space at either end, entities moved along and cut; empty ones vanish."""
        kept = self.text.strip()
        lead = utf16_length(self.text[: len(self.text) - len(self.text.lstrip())])
        length = utf16_length(kept)
        cut = (_clipped(entity, lead, length) for entity in self.entities)
        return Formatted(kept, tuple(entity for entity in cut if entity["length"] > 0))


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, as entity offsets count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def with_commands(text: str) -> Formatted:
    """What a user typed, with its bot commands marked."""
    found = (_command(text, match) for match in _COMMAND.finditer(text))
    return Formatted(text, tuple(found))


def _command(text: str, match: re.Match[str]) -> JsonObject:
    offset = utf16_length(text[: match.start()])
    return {"type": "bot_command", "offset": offset, "length": utf16_length(match.group())}


def _clipped(entity: JsonObject, lead: int, length: int) -> JsonObject:
    start = min(max(entity["offset"] - lead, 0), length)
    end = min(max(entity["offset"] + entity["length"] - lead, 0), length)
    return entity | {"offset": start, "length": end - start}
