"""What a person does: steps, and the procedures that belong to no single alert."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Action:
    """An HTTP call that the agent offers as a button.

    Attributes:
        method: the HTTP method, in capitals.
        path: the path, with `{placeholders}` that the person fills in.
        body: the JSON body, or None.
    """

    method: str
    path: str
    body: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: a sentence, at most one command to copy, at most one call to offer."""

    text: str
    run: str = ""
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A titled list of steps; the title is empty when the procedure has only one."""

    title: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Procedure:
    """A runbook page that belongs to no single alert."""

    name: str
    title: str
    source: str
    when: str
    sections: Sequence[Section] = field(default_factory=tuple)
    system: str = ""
