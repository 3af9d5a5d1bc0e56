"""What a person has typed: a command with its arguments, a prompt, or something that one sentence can set right."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, assert_never

from agent.adapters.telegram.commands import BY_NAME, Entry, Parameter, Shape, Verb

MOST: Final = 100
"""The largest count that a command takes."""

LONGEST_DAYS: Final = 30
_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w{1,64}))?(?:\s+|$)")
_LENGTH: Final = re.compile(r"(\d{1,5})\s*(m|min|h|d)")
_SECONDS: Final = {"m": 60, "min": 60, "h": 3600, "d": 86_400}
_ALIASES: Final = {"stop": "cancel", "agents": "profiles", "artifact": "log"}
_NOT_HERE: Final = {
    "resolve": "an incident resolves when its alerts do. /ack ID takes it, /silence ID 2h keeps it quiet."
}
"""What people look for and is not there on purpose; the nearest name would be about something else."""

_ECHOED: Final = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """A command whose arguments are as they should be.

    Attributes:
        words: what was given, by the parameter's name; what was left out is not there.
        numbers: counts, and lengths of time in seconds.
    """

    verb: Verb
    words: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prompt:
    """Plain text, for the session."""

    text: str


@dataclass(frozen=True, slots=True)
class Misread:
    """A command that cannot be understood, and the sentence that says why.

    Attributes:
        is_anybodys: whether it is none of our commands and says not whose it is.
    """

    sentence: str
    is_anybodys: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class NotForUs:
    """A command for another bot in the group."""


Parsed: TypeAlias = Asked | Prompt | Misread | NotForUs


class _Wrong(Exception):
    """An argument is not as it should be."""


def parse(text: str, bot_name: str = "") -> Parsed:
    """What the text asks for. A path such as `/usr/bin` is no command."""
    found = _COMMAND.match(text.strip())
    if found is None:
        return Prompt(text.strip())
    name, addressee = found.group(1).lower(), found.group(2)
    if addressee and bot_name and addressee.lower() != bot_name.lower():
        return NotForUs()
    entry = BY_NAME.get(_ALIASES.get(name, name))
    if entry is None:
        return Misread(_unknown(name), is_anybodys=not addressee)
    try:
        return _asked(entry, text.strip()[found.end() :])
    except _Wrong as wrong:
        return Misread(str(wrong))


def _asked(entry: Entry, rest: str) -> Asked:
    words: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for parameter in entry.parameters:
        given, rest = (rest, "") if parameter.shape is Shape.REST else _first(rest)
        if not given and not parameter.optional:
            raise _Wrong(f"/{entry.verb} needs {parameter.name}, as in {entry.example}")
        if given:
            _read(entry, parameter, given, words, numbers)
    if rest and entry.verb is not Verb.START:  # a link to the bot may add something of its own
        raise _Wrong(f"/{entry.verb} takes no “{_echo(rest)}”; it is {entry.usage}")
    return Asked(entry.verb, words, numbers)


def _read(entry: Entry, parameter: Parameter, given: str, words: dict[str, str], numbers: dict[str, int]) -> None:
    match parameter.shape:
        case Shape.WORD | Shape.REST:
            words[parameter.name] = given
        case Shape.CHOICE:
            words[parameter.name] = _choice(entry, parameter, given)
        case Shape.COUNT:
            numbers[parameter.name] = _count(entry, given)
        case Shape.LENGTH:
            numbers[parameter.name] = _seconds(entry, given)
        case _:
            assert_never(parameter.shape)


def _choice(entry: Entry, parameter: Parameter, given: str) -> str:
    for choice in parameter.choices:
        if choice.lower() == given.lower():
            return choice
    raise _Wrong(f"/{entry.verb} takes one of {', '.join(parameter.choices)}, not “{_echo(given)}”")


def _count(entry: Entry, given: str) -> int:
    if re.fullmatch("[0-9]{1,4}", given) and 1 <= int(given) <= MOST:
        return int(given)
    raise _Wrong(f"/{entry.verb} takes a number from 1 to {MOST}, not “{_echo(given)}”")


def _seconds(entry: Entry, given: str) -> int:
    found = _LENGTH.fullmatch(given.lower())
    seconds = int(found.group(1)) * _SECONDS[found.group(2)] if found else 0
    if 0 < seconds <= LONGEST_DAYS * _SECONDS["d"]:
        return seconds
    raise _Wrong(f"/{entry.verb} takes a time such as 30m, 2h or 1d, at most {LONGEST_DAYS}d, not “{_echo(given)}”")


def _unknown(name: str) -> str:
    if name in _NOT_HERE:
        return f"There is no /{name}; {_NOT_HERE[name]}"
    near = difflib.get_close_matches(name, BY_NAME, 1)
    return f"There is no /{name}; " + (f"did you mean /{near[0]}?" if near else "/help lists what there is.")


def _first(rest: str) -> tuple[str, str]:
    given, *more = rest.split(maxsplit=1) or [""]
    return given, more[0] if more else ""


def _echo(text: str) -> str:
    return " ".join(text[:_ECHOED].split())
