"""The values that somebody adds to a step: `id=d1`, or `cases=[{"scenario_id": "s1"}]` with JSON in it."""

import json
import re
from typing import Any, Final

from agent.domain.step_values import Values
from agent.errors import Conflict

HOW: Final = "Values are written as name=value, with a blank between them."
_NAME: Final = re.compile(r"(\w{1,64})=")
_PLAIN: Final = re.compile(r"\S*")
_STRAIGHT: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
"""Phones make such quotation marks of straight ones while somebody types."""


def read_values(text: str) -> Values:
    """By name. Those that were left empty, as in a text that was copied and not completed, are left out.

    Raises `Conflict` for anything else.
    """
    found: dict[str, Any] = {}
    rest = text.strip()
    while rest:
        name = _NAME.match(rest)
        if name is None or name[1] in found:
            raise Conflict(HOW)
        found[name[1]], rest = _value(name[1], rest[name.end() :])
    return {name: value for name, value in found.items() if value != ""}


def _value(name: str, rest: str) -> tuple[Any, str]:
    if not rest.startswith(("[", "{")):
        plain = _PLAIN.match(rest)
        end = plain.end() if plain else 0
        return rest[:end], rest[end:].strip()
    for said in (rest, rest.translate(_STRAIGHT)):
        try:
            value, end = json.JSONDecoder(parse_constant=_refuse).raw_decode(said)
        except (ValueError, RecursionError):
            continue
        if not said[end : end + 1].strip():
            return value, rest[end:].strip()
    raise Conflict(f"The value of {name} begins like JSON and is none.")


def _refuse(word: str) -> None:
    raise ValueError(word)
