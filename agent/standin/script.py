"""The little language in a prompt that says what a run does."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verb(StrEnum):
    """One thing that a run can do."""

    SAY = "say"
    THINK = "think"
    TOOL = "tool"
    EDIT = "edit"
    NEEDS_APPROVAL = "needs-approval"
    SLEEP = "sleep"
    HANG = "hang"
    LINGER = "linger"
    LINE = "line"
    LINES = "lines"
    GARBAGE = "garbage"
    TRUNCATE = "truncate"
    STDERR = "stderr"
    UNKNOWN_EVENT = "unknown-event"
    RECONNECT = "reconnect"
    API_OUTAGE = "api-outage"
    STOP = "stop"
    FAIL = "fail"
    EXIT = "exit"
    CRASH = "crash"
    IGNORE_TERM = "ignore-term"
    SPAWN_CHILD = "spawn-child"
    ENV = "env"
    CWD = "cwd"
    REPORT = "report"


NOTES: Final = "standin-notes.md"
_NUMBER: Final = r"\d+(\.\d+)?"
_SHAPES: Final = {
    Verb.SLEEP: re.compile(_NUMBER),
    Verb.LINGER: re.compile(rf"({_NUMBER})?"),
    Verb.EXIT: re.compile(r"\d{1,3}"),
    Verb.LINE: re.compile(r"\d+ *([kKmM]i?)?[bB]?"),
    Verb.LINES: re.compile(r"\d+( +at +\d+)?"),
    Verb.RECONNECT: re.compile(r"\d?"),
    Verb.API_OUTAGE: re.compile(r"(\d{3})?"),
    Verb.HANG: re.compile(""),
    Verb.CRASH: re.compile(""),
    Verb.CWD: re.compile(""),
    Verb.IGNORE_TERM: re.compile(""),
    Verb.ENV: re.compile(r"\w+"),
    Verb.SAY: re.compile(r".+"),
    Verb.TOOL: re.compile(r".+"),
    Verb.EDIT: re.compile(r"\S+.*"),
}
_BRACKETS: Final = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
_BETWEEN: Final = re.compile(r"[;\n]")
_MAX_NOTE: Final = 200


@dataclass(frozen=True, slots=True)
class Step:
    """A verb and what it is about."""

    verb: Verb
    about: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.about}".strip()


def steps_of(prompt: str) -> tuple[Step, ...]:
    """The script in `[[...]]`, or the prompt itself if all of it is script, or else a short pleasant run."""
    found = _BRACKETS.search(prompt)
    return _script(found.group(1) if found else prompt) or _pleasant(prompt)


def script_of(prompt: str) -> tuple[Step, ...]:
    """As `steps_of`, but nothing where the prompt is no script."""
    found = _BRACKETS.search(prompt)
    return _script(found.group(1) if found else prompt)


def _script(text: str) -> tuple[Step, ...]:
    pieces = [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()]
    steps = [step_of(piece) for piece in pieces]
    return tuple(step for step in steps if step) if all(steps) else ()


def step_of(piece: str) -> Step | None:
    """One step; None where the words are no step."""
    word, _, about = piece.partition(" ")
    if word not in tuple(Verb):
        return None
    step = Step(Verb(word), about.strip())
    shape = _SHAPES.get(step.verb)
    return step if shape is None or shape.fullmatch(step.about) else None


def _pleasant(prompt: str) -> tuple[Step, ...]:
    note = " ".join(prompt.split())[:_MAX_NOTE] or "nothing in particular"
    return (
        Step(Verb.THINK, "Looking at what is here before changing anything."),
        Step(Verb.TOOL, "ls"),
        Step(Verb.EDIT, f"{NOTES} Asked for: {note}"),
        Step(Verb.REPORT, NOTES),
    )
