"""One mapping of the document, read field by field: whatever is wrong is noted, and reading goes on."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from generator.domain.duration import Duration
from generator.errors import ValueProblem
from generator.spec.document import Document, Path
from generator.spec.problems import Problem
from generator.spec.schema import shown

T = TypeVar("T")
U = TypeVar("U", Fraction, None)
_LONGEST = 300
_LITERAL = re.compile(r"'([^']{60})[^']{4,}'")


class Notes:
    """The document and the problems found in it so far.

    Args:
        document: what is read.
        broken: paths at which the structure is wrong already.
    """

    def __init__(self, document: Document, broken: Collection[str] = ()) -> None:
        self._document = document
        self._broken = broken
        self.problems: list[Problem] = []

    def add(self, path: Path, what: str, remedy: str) -> None:
        """Note a problem at a path."""
        line, column = self._document.place(path)
        self.problems.append(Problem(line, column, shown(path), _short(what), _short(remedy)))

    def is_broken(self, path: Path) -> bool:
        """Whether the structure is wrong at a path or anywhere below it."""
        place = shown(path)
        return any(broken.startswith(place) and broken[len(place) :][:1] in {"", ".", "["} for broken in self._broken)


class Entry:
    """A mapping at a path.

    Every accessor tolerates a missing or mistyped value: the schema has reported it already, and a stand-in keeps the
    reading going so that the rest of the file is checked in the same run.
    """

    def __init__(self, data: object, path: Path, notes: Notes) -> None:
        self._data: Mapping[str, Any] = data if isinstance(data, dict) else {}
        self.path = path
        self.notes = notes

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._data

    @property
    def is_broken(self) -> bool:
        """Whether the structure is wrong here or below, so that what follows from it is noise."""
        return self.notes.is_broken(self.path)

    @property
    def keys(self) -> list[str]:
        """The keys, in the order of the file."""
        return list(self._data)

    def problem(self, key: str, what: str, remedy: str) -> None:
        """Note a problem with the value of a key, or with the mapping itself when the key is empty."""
        self.notes.add((*self.path, key) if key else self.path, what, remedy)

    def raw(self, key: str) -> Any:  # noqa: ANN401 - whatever the file holds
        """The value as it stands in the file, or None."""
        return self._data.get(key)

    def text(self, key: str, default: str = "") -> str:
        """A string."""
        value = self._data.get(key, default)
        return " ".join(value.split()) if isinstance(value, str) else default

    def scalar(self, key: str) -> str:
        """A string or number as text; numbers in their shortest exact form."""
        value = self._data.get(key, "")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return ""
        return value.strip() if isinstance(value, str) else repr(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """A boolean."""
        value = self._data.get(key, default)
        return value if isinstance(value, bool) else default

    def integer(self, key: str, default: int) -> int:
        """A whole number; `3.0` is one too."""
        value = self._data.get(key, default)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self._data.get(key)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    def child(self, key: str) -> "Entry":
        """The mapping under a key; an empty one when there is none."""
        return Entry(self._data.get(key), (*self.path, key), self.notes)

    def children(self, key: str) -> Iterator["Entry"]:
        """The mappings in the list under a key."""
        value = self._data.get(key)
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield Entry(item, (*self.path, key, index), self.notes)

    def items(self, key: str) -> Iterator[tuple[str, Any]]:
        """The pairs of the mapping under a key."""
        value = self._data.get(key)
        yield from value.items() if isinstance(value, dict) else ()

    def converted(self, key: str, convert: Callable[[str], T], default: T) -> T:
        """A scalar as `convert` reads it; its ValueProblem becomes a problem here."""
        text = self.scalar(key)
        if not text:
            return default
        try:
            return convert(text)
        except ValueProblem as problem:
            self.problem(key, problem.what, problem.remedy)
            return default

    def duration(self, key: str, default: Duration = Duration(0)) -> Duration:
        """A duration."""
        return self.converted(key, Duration.parse, default)

    def number(self, key: str, default: Fraction) -> Fraction:
        """A plain number, exact as written."""
        return _exact(self._data.get(key), default)

    def numbers(self, key: str) -> tuple[Fraction, ...]:
        """A list of plain numbers."""
        value = self._data.get(key)
        found = (_exact(item, None) for item in (value if isinstance(value, list) else ()))
        return tuple(number for number in found if number is not None)


def _short(text: str) -> str:
    """What a person reads to the end: long literals and long lists are cut."""
    text = _LITERAL.sub(r"'\1...'", text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _exact(value: object, default: U) -> Fraction | U:
    return Fraction(repr(value)) if isinstance(value, int | float) and not isinstance(value, bool) else default
