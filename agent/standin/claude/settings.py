"""The PreToolUse hooks of `--settings` and of the project's own settings."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agent.standin.ending import Usage

_PROJECT: Final = (".claude/settings.json", ".claude/settings.local.json")
_PATIENCE: Final = 600.0


@dataclass(frozen=True, slots=True)
class Hook:
    """A command that is asked before a tool is used."""

    matcher: str
    command: str
    seconds: float


def hooks_of(given: str) -> tuple[Hook, ...]:
    """All hooks: from the option, JSON or a file, and from the project."""
    found = [_option(given)] if given else []
    found += [json.loads(Path(name).read_text(encoding="utf-8")) for name in _PROJECT if Path(name).is_file()]
    return tuple(hook for settings in found for hook in _hooks(settings))


def _option(given: str) -> dict[str, Any]:
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text(encoding="utf-8")
        settings: dict[str, Any] = json.loads(text)
    except OSError:
        raise Usage(f"Error: Settings file not found: {given}", 1) from None
    except ValueError:
        raise Usage("Error: Invalid JSON provided to --settings", 1) from None
    return settings


def _hooks(settings: dict[str, Any]) -> Iterator[Hook]:
    for entry in settings.get("hooks", {}).get("PreToolUse", ()):
        for hook in entry.get("hooks", ()):
            if hook.get("type") == "command":
                yield Hook(entry.get("matcher", ""), hook["command"], float(hook.get("timeout", _PATIENCE)))
