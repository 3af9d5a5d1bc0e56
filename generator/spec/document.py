"""YAML text to plain data, remembering where every entry stands.

Built on the parser's events rather than on a loader, so that one pass gives data and places, duplicate keys are
errors, and hostile input (alias bombs, towers of brackets) is refused before it costs anything.
"""

import math
import re
from collections.abc import Iterator
from typing import NoReturn, TypeAlias

import yaml

from generator.spec.problems import MOST, Problem, SpecError

Data: TypeAlias = "dict[str, Data] | list[Data] | str | int | float | bool | None"
Path: TypeAlias = tuple[str | int, ...]

LARGEST = 16 * 1024 * 1024
"""Bytes of the largest file that is read; five thousand objectives take about two million."""

_DEEPEST = 40
_MOST_NODES = 2_000_000
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]{1,2})?")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


class Document:
    """The data of one YAML document and the place of each of its entries.

    Attributes:
        data: mappings, lists and scalars.
    """

    def __init__(self, data: Data, places: dict[int, dict[str | int, tuple[int, int]]]) -> None:
        self.data = data
        self._places = places

    def place(self, path: Path) -> tuple[int, int]:
        """Line and column, from 1, of the entry at `path`, or of the nearest entry around it."""
        data: Data = self.data
        found = (1, 1)
        for key in path:
            known = self._places.get(id(data), {})
            if key not in known:
                break
            found = known[key]
            data = data[key]  # type: ignore[index]  # `known` says that it is there
        return found


def parse(text: str, source: str) -> Document:
    """Read one YAML document.

    Raises:
        SpecError: when it is no YAML, holds a key twice, or would grow beyond reason.
    """
    builder = _Builder(source)
    try:
        events = yaml.parse(text, Loader=yaml.CSafeLoader)
        return builder.build(events)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = f"not valid YAML: {error.problem or error.context}"
        raise SpecError(source, [Problem(line, column, "", what, "mend the syntax here")]) from None
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise SpecError(source, [Problem(line, 1, "", "half a character", "save the file as UTF-8")]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, max(error.position, 0)) + 1
        what = f"not valid YAML: {error.reason}"
        raise SpecError(source, [Problem(line, 1, "", what, "remove the character")]) from None


class _Builder:
    def __init__(self, source: str) -> None:
        self._source = source
        self._places: dict[int, dict[str | int, tuple[int, int]]] = {}
        self._anchors: dict[str, tuple[Data, int, int]] = {}
        self._problems: list[Problem] = []
        self._nodes = 0
        self._deepest = 0

    def build(self, events: Iterator[yaml.Event]) -> Document:
        self._events = events
        event = next(events)
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = next(events)
        if isinstance(event, yaml.StreamEndEvent):
            raise SpecError(self._source, [Problem(1, 1, "", "the file is empty", "write a spec; see docs/spec.md")])
        data = self._node(event, 0)
        next(events)
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._fail(after, "holds more than one document", "keep one document per file")
        if self._problems:
            raise SpecError(self._source, self._problems)
        return Document(data, self._places)

    def _fail(self, event: yaml.Event, what: str, remedy: str) -> NoReturn:
        raise SpecError(self._source, [*self._problems, Problem(*_place(event), "", what, remedy)])

    def _node(self, event: yaml.Event, depth: int) -> Data:
        self._count(event, 1)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        self._reach(event, depth)
        before, deepest, self._deepest = self._nodes, self._deepest, depth
        data: Data
        if isinstance(event, yaml.ScalarEvent):
            data = _scalar(event.value) if event.implicit[0] and not event.tag else event.value
        elif isinstance(event, yaml.MappingStartEvent):
            data = self._mapping(depth)
        else:
            data = self._sequence(depth)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = (data, self._nodes - before + 1, self._deepest - depth)
        self._deepest = max(deepest, self._deepest)
        return data

    def _reach(self, event: yaml.Event, depth: int) -> None:
        self._deepest = max(self._deepest, depth)
        if depth > _DEEPEST:
            self._fail(event, f"nested more than {_DEEPEST} levels deep", "flatten it")

    def _alias(self, event: yaml.AliasEvent, depth: int) -> Data:
        anchor = event.anchor or ""
        if anchor not in self._anchors:
            self._fail(event, f"alias *{anchor} has no anchor before it", "define the anchor first")
        data, size, height = self._anchors[anchor]
        self._reach(event, depth + height)
        self._count(event, size)
        return data

    def _count(self, event: yaml.Event, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > _MOST_NODES:
            self._fail(event, "more than two million entries, aliases expanded", "split the file")

    def _mapping(self, depth: int) -> Data:
        found: dict[str, Data] = {}
        places: dict[str | int, tuple[int, int]] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            place = _place(event)
            key = self._node(event, depth + 1)
            name = key if isinstance(key, str) else event.value if isinstance(event, yaml.ScalarEvent) else None
            if name is None:
                self._fail(event, "a key that is no word", "use a plain word as the key")
            if name in found:
                self._problems.append(Problem(*place, name, "this key stands here twice", "keep one of them"))
                if len(self._problems) == MOST:
                    self._fail(event, f"{MOST} keys stand twice", "mend these first")
            places[name] = place
            found[name] = self._node(next(self._events), depth + 1)
        self._places[id(found)] = places
        return found

    def _sequence(self, depth: int) -> Data:
        found: list[Data] = []
        places: dict[str | int, tuple[int, int]] = {}
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            places[len(found)] = _place(event)
            found.append(self._node(event, depth + 1))
        self._places[id(found)] = places
        return found


def _place(event: yaml.Event) -> tuple[int, int]:
    """Line and column of an event, from 1."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _scalar(text: str) -> str | int | float | bool | None:
    """A plain scalar by the YAML 1.2 core schema, in which `yes`, `on` and `1_000:30` are strings."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first.isdigit() or first in "+-.":
        if _INT.fullmatch(text) and len(text) < 20:
            return int(text)
        if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
    return text
