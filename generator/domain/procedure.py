"""What a person does: steps, and the procedures that belong to no single alert."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_PLACEHOLDER = re.compile(r"\{(\w{1,64})\}")


@dataclass(frozen=True, slots=True)
class Action:
    """An HTTP call that the agent offers as a button.

    Attributes:
        method: the HTTP method, in capitals.
        path: the path, with `{placeholders}` that the person fills in.
        body: the JSON body, or None.
        values: what a placeholder is and where it is found, by its name; for the person who has to fill it in.
    """

    method: str
    path: str
    body: Mapping[str, object] | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What path and body leave open, each name once."""
        return tuple(
            dict.fromkeys(name for text in _texts([self.path, self.body]) for name in _PLACEHOLDER.findall(text))
        )


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


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            yield from _texts(list(value.values()))
        case list() | tuple():
            for each in value:
                yield from _texts(each)
