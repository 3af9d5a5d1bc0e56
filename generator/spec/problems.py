"""What is wrong with a spec: the place, the fact and the remedy, all at once."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.errors import TocsinError

MOST = 1000
"""Problems that are gathered before reading stops: who has more has another kind of file in hand."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        line: counted from 1.
        column: counted from 1.
        path: where in the document, such as `systems[0].alerts[2].for`.
        what: the fact.
        remedy: what to do.
    """

    line: int
    column: int
    path: str
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        return f"{self.line}:{self.column}: {place}{self.what}; {self.remedy}"


class SpecError(TocsinError):
    """A spec that cannot be rendered.

    Attributes:
        source: the file's name as the user gave it.
        problems: everything that is wrong, in the order of the file.
    """

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems: Sequence[Problem] = sorted(set(problems))
        super().__init__("\n".join(f"{source}:{problem}" for problem in self.problems))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy that proposes the nearest known word, or lists what there is."""
    known = sorted(set(known))
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    if not known:
        return "remove it"
    shown = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return f"known here: {shown}"
