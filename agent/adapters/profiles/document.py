"""YAML text to plain data that knows where each entry stands; hostile input is refused before it costs anything."""

from collections.abc import Iterator
from typing import Final, NoReturn, TypeAlias

import yaml

Data: TypeAlias = "dict[str, Data] | list[Data] | str | int | float | bool | None"
Place: TypeAlias = tuple[str | int, ...]

LARGEST: Final = 1_000_000
"""Bytes of the largest file that is read."""

_DEEPEST: Final = 10
_MOST_ENTRIES: Final = 20_000


class Unreadable(Exception):
    """The text is no YAML that is read here: line, column, what is wrong and what to do."""

    def __init__(self, line: int, column: int, what: str, remedy: str) -> None:
        super().__init__(what)
        self.line, self.column, self.what, self.remedy = line, column, what, remedy


class Document:
    """The data of one YAML document, and the line and column (from 1) of each of its entries."""

    def __init__(self, data: Data, marks: dict[Place, tuple[int, int]]) -> None:
        self.data = data
        self._marks = marks

    def mark(self, place: Place) -> tuple[int, int]:
        """Where the entry stands, or the nearest one around it."""
        while place and place not in self._marks:
            place = place[:-1]
        return self._marks.get(place, (1, 1))


def parse(text: str) -> Document:
    """Read one document. Raises `Unreadable` at the first thing that cannot be read."""
    try:
        return _Building(yaml.parse(text, Loader=yaml.CSafeLoader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Unreadable(line, column, f"no YAML: {error.problem or error.context}", "mend the syntax here") from None
    except yaml.YAMLError:
        raise Unreadable(1, 1, "no YAML: a character that must not be in it", "remove control characters") from None


class _Building:
    """One pass over the parser's events. Anchors and aliases are refused, so nothing grows while it is read."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._marks: dict[Place, tuple[int, int]] = {}

    def document(self) -> Document:
        event = self._next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            raise Unreadable(1, 1, "the file is empty", "see docs/profiles.example.yaml")
        data = self._node(event, ())
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            _refuse(after, "a second document", "keep one document per file")
        return Document(data, self._marks)

    def _next(self) -> yaml.Event:
        return next(self._events)

    def _node(self, event: yaml.Event, place: Place) -> Data:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            _refuse(event, "an anchor or alias", "write it out")
        if getattr(event, "tag", None):
            _refuse(event, "a tag", "leave it out")
        if len(place) > _DEEPEST or len(self._marks) > _MOST_ENTRIES:
            _refuse(event, "more than a file of profiles can hold", "see docs/profiles.example.yaml")
        self._marks.setdefault(place, _mark(event))
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        return self._mapping(place) if isinstance(event, yaml.MappingStartEvent) else self._sequence(place)

    def _mapping(self, place: Place) -> Data:
        found: dict[str, Data] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                _refuse(event, "a key that is no word", "use a plain word as the key")
            if event.value in found:
                _refuse(event, f"{event.value[:60]!r} stands here twice", "keep one of them")
            inner = (*place, event.value)
            self._marks[inner] = _mark(event)
            found[event.value] = self._node(self._next(), inner)
        return found

    def _sequence(self, place: Place) -> Data:
        found: list[Data] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            found.append(self._node(event, (*place, len(found))))
        return found


def _scalar(event: yaml.ScalarEvent) -> Data:
    """A plain word by YAML's own rules but without dates: nothing here is one."""
    if not event.implicit[0]:
        return str(event.value)
    if event.value in {"true", "false"}:
        return bool(event.value == "true")
    if event.value in {"", "~", "null"}:
        return None
    for convert in (int, float):
        try:
            return convert(event.value) if event.value[0] in "+-.0123456789" else str(event.value)
        except ValueError:
            continue
    return str(event.value)


def _mark(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _refuse(event: yaml.Event, what: str, remedy: str) -> NoReturn:
    raise Unreadable(*_mark(event), what, remedy)
