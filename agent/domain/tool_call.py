"""A tool call in words: what a person is shown of it, and whether that is all there is to it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, takewhile
from typing import Any, Final

READING: Final = frozenset(
    {
        "Agent", "BashOutput", "ExitPlanMode", "Glob", "Grep", "LS", "NotebookRead", "Read", "Task", "TaskOutput",
        "TodoRead", "TodoWrite", "ToolSearch",
    }
)  # fmt: skip
"""Tools that change nothing outside the conversation; what a subagent does is asked about by itself."""

LONGEST: Final = 2000
"""Characters of the words, so that a message has room for all of them."""

_CHANGING: Final = frozenset(
    {"Bash", "Edit", "KillShell", "MultiEdit", "NotebookEdit", "SlashCommand", "WebFetch", "WebSearch", "Write"}
)
_SPELLINGS: Final = {each.casefold(): each for each in READING | _CHANGING}
_LIKE_A_TOOL: Final = re.compile(r"mcp__[\w.-]+|[A-Z][a-z]+(?:[A-Z][a-z]*)*")
_BRIEFLY: Final = ("command", "file_path", "path", "url", "query", "pattern", "description")
_HARMLESS: Final = frozenset({"description", "timeout"})
_BRIEF: Final = 200
_FIRST_LINES: Final = 20
_ROOM: Final = LONGEST - 100
_TAIL: Final = 500
_WIDTHS: Final = {"<": 4, ">": 4, "&": 5, '"': 6, "'": 6}


def spelled(tool: str) -> str:
    """The tool's name as its CLI writes it, where it is known; otherwise as it is given."""
    return _SPELLINGS.get(tool.casefold(), tool)


def looks_like_tool(word: str) -> bool:
    """Whether it may be the name of a tool: a known one, one of an MCP server, or words in capitals run together."""
    return word.casefold() in _SPELLINGS or _LIKE_A_TOOL.fullmatch(word) is not None


def brief(given: Mapping[str, Any]) -> str:
    """The part of a tool's input that says most, for a line of progress; never enough to decide by."""
    found = next((given[key] for key in _BRIEFLY if isinstance(given.get(key), str) and given[key]), "")
    return found or (json.dumps(given)[:_BRIEF] if given else "")


def told(tool: str, given: Mapping[str, Any]) -> str:
    """What a person decides by: the command, the change, or else all arguments; at most `LONGEST` characters."""
    return _words(tool, given)[0]


def tells_all(tool: str, given: Mapping[str, Any]) -> bool:
    """Whether two calls with the same words do the same: nothing that matters was left unsaid."""
    return _words(tool, given)[1]


def classified(tool: str, given: Mapping[str, Any]) -> str:
    """All words of a call that its scope is read from, as they are; of a command not what it is said to be for."""
    counted = {key: value for key, value in given.items() if tool != "Bash" or key not in _HARMLESS}
    return "\n".join(_strings(counted))


def _words(tool: str, given: Mapping[str, Any]) -> tuple[str, bool]:
    """The words, and whether no other call of the tool has the same."""
    matters = {key: value for key, value in given.items() if key not in _HARMLESS}
    match tool, matters:
        case "Bash", {"command": str(command), **others} if not others:
            return _bounded(command, whole=not command.startswith("{"))
        case "Write", {"file_path": str(path), "content": str(content), **others} if not others:
            return _changed(path, content.split("\n"))
        case "Edit", {"file_path": str(path), "old_string": str(old), "new_string": str(new), **others} if (
            others.keys() <= {"replace_all"} and isinstance(others.get("replace_all", False), bool)
        ):
            return _changed(path, _edit(old, new, everywhere=others.get("replace_all", False)))
    return _bounded(json.dumps(given, ensure_ascii=False, sort_keys=True) if given else "", whole=True)


def _edit(old: str, new: str, *, everywhere: bool) -> list[str]:
    gone, come = ([f"{sign} {line}" for line in text.split("\n")] for sign, text in (("-", old), ("+", new)))
    half = _FIRST_LINES // 2
    if len(gone) > half:  # so that what comes is seen as well
        gone = [*gone[:half], f"… {len(gone) - half} more lines"]
    return [*(["every occurrence"] if everywhere else []), *gone, *come]


def _changed(path: str, lines: list[str]) -> tuple[str, bool]:
    more = len(lines) - _FIRST_LINES
    kept = [*lines[:_FIRST_LINES], f"… {more} more lines"] if more > 0 else lines
    cut = any(each.startswith("…") for each in kept)
    clear = "\n" not in path and not path.startswith("{")
    return _bounded("\n".join((path, *kept)), whole=clear and not cut)


def _bounded(words: str, *, whole: bool) -> tuple[str, bool]:
    if sum(map(_width, words)) <= _ROOM:
        return words, whole
    head, tail = _fitting(words, _ROOM - _TAIL), _fitting(reversed(words), _TAIL)
    left = len(words) - head - tail
    return f"{words[:head]}\n… {left} more characters …\n{words[len(words) - tail :]}", False


def _fitting(characters: Iterable[str], room: int) -> int:
    """How many of the characters have room."""
    widths = accumulate(map(_width, characters))
    return sum(1 for _ in takewhile(lambda width: width <= room, widths))


def _width(character: str) -> int:
    """How much of a message it takes: `<`, `>`, `&` and quotes are spelled out there, and emoji count twice."""
    return _WIDTHS.get(character, 2 if character > "\uffff" else 1)


def _strings(value: object) -> Iterator[str]:
    match value:
        case dict():
            for key, each in value.items():
                yield str(key)
                yield from _strings(each)
        case list():
            for each in value:
                yield from _strings(each)
        case None:
            return
        case _:
            yield str(value)
