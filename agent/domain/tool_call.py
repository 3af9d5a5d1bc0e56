"""A tool call in words: what a person is shown of it, and whether that is all there is to it."""

import json
from collections.abc import Mapping
from typing import Any, Final

_TELLING: Final = ("command", "file_path", "path", "url", "query", "pattern", "description")
_HARMLESS: Final = frozenset({"description", "timeout"})
_LONGEST: Final = 200


def told(given: Mapping[str, Any]) -> str:
    """The part of a tool's input that says most, or else the beginning of all of it."""
    found = next((given[key] for key in _TELLING if isinstance(given.get(key), str) and given[key]), "")
    return found or (json.dumps(given)[:_LONGEST] if given else "")


def tells_all(given: Mapping[str, Any]) -> bool:
    """Whether two calls with the same words do the same: nothing that matters was left unsaid."""
    words = told(given)
    return all(value == words for key, value in given.items() if key not in _HARMLESS)
