"""Frozen values in and out of rows: columns are named like fields, and each type has one way to be written."""

import json
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

import aiosqlite

T = TypeVar("T")
Parameters = Sequence[object]


@dataclass(frozen=True, slots=True)
class Codec:
    """How a value is written to a column and read from it."""

    write: Callable[[Any], object]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:  # noqa: ANN401 - whatever SQLite holds
    return value


def moment_text(moment: datetime) -> str:
    """UTC, of fixed width."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_from(text: str) -> datetime:
    """The moment again."""
    return datetime.fromisoformat(text)


PLAIN = Codec(_same, _same)
MOMENT = Codec(moment_text, moment_from)
WORDS = Codec(lambda words: json.dumps(list(words)), lambda text: tuple(json.loads(text)))
MAPPING = Codec(lambda mapping: json.dumps(dict(mapping)), json.loads)


def codec_of(hint: Any) -> Codec:  # noqa: ANN401 - a type hint
    """The way a field of this type is written."""
    if isinstance(hint, types.UnionType):
        inner = codec_of(next(each for each in typing.get_args(hint) if each is not type(None)))
        return Codec(
            lambda value: None if value is None else inner.write(value),
            lambda value: None if value is None else inner.read(value),
        )
    if hint is datetime:
        return MOMENT
    if hint is bool:
        return Codec(int, bool)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Codec(lambda value: value.value, hint)
    if hint in {str, int, float}:
        return PLAIN
    if typing.get_origin(hint) is tuple:
        return WORDS
    return MAPPING


class Table(Generic[T]):
    """The table of one kind of value.

    Attributes:
        key: the field that a row is found by for `update`.
        extra: columns that are computed from the value, for indexes; never read back.
    """

    def __init__(
        self,
        kind: Callable[..., T],
        name: str,
        *,
        key: str = "id",
        special: Mapping[str, Codec] | None = None,
        extra: Mapping[str, Callable[[T], object]] | None = None,
    ) -> None:
        hints = typing.get_type_hints(kind)
        known = special or {}
        self._kind = kind
        self._key = key
        self._extra = dict(extra or {})
        self._codecs = {each.name: known.get(each.name) or codec_of(hints[each.name]) for each in fields(kind)}  # type: ignore[arg-type]  # always a dataclass
        columns = (*self._codecs, *self._extra)
        marks = ", ".join("?" for _ in columns)
        changes = ", ".join(f"{column} = ?" for column in columns if column != key)
        # Names of tables and columns are ours; values always travel as parameters.
        self._select = f"SELECT {', '.join(self._codecs)} FROM {name}"  # noqa: S608
        self._insert = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        self._update = f"UPDATE {name} SET {changes} WHERE {key} = ?"  # noqa: S608

    async def insert(self, db: aiosqlite.Connection, value: T, *, without_key: bool = False) -> int:
        """A new row; answers its number. `without_key` lets SQLite choose the key."""
        row = self._row(value)
        if without_key:
            row[self._key] = None
        cursor = await db.execute(self._insert, list(row.values()))
        return cursor.lastrowid or 0

    async def update(self, db: aiosqlite.Connection, value: T) -> None:
        """The row's present state."""
        row = self._row(value)
        key = row.pop(self._key)
        await db.execute(self._update, [*row.values(), key])

    async def select(self, db: aiosqlite.Connection, tail: str, parameters: Parameters = ()) -> tuple[T, ...]:
        """The rows that `tail` (from WHERE on) asks for."""
        found = await db.execute_fetchall(f"{self._select} {tail}", parameters)
        return tuple(map(self._value, found))

    async def one(self, db: aiosqlite.Connection, tail: str, parameters: Parameters = ()) -> T | None:
        """The first of them, or None."""
        return next(iter(await self.select(db, f"{tail} LIMIT 1", parameters)), None)

    def _row(self, value: T) -> dict[str, object]:
        row = {name: codec.write(getattr(value, name)) for name, codec in self._codecs.items()}
        return row | {name: compute(value) for name, compute in self._extra.items()}

    def _value(self, row: Sequence[object]) -> T:
        pairs = zip(self._codecs.items(), row, strict=True)
        return self._kind(**{name: codec.read(cell) for (name, codec), cell in pairs})


async def scalar(db: aiosqlite.Connection, sql: str, parameters: Parameters = ()) -> Any:  # noqa: ANN401
    """The first column of the first row, or None."""
    row = await (await db.execute(sql, parameters)).fetchone()
    return None if row is None else row[0]


async def pairs(db: aiosqlite.Connection, sql: str, parameters: Parameters = ()) -> dict[Any, Any]:
    """Two columns as a mapping."""
    return {row[0]: row[1] for row in await db.execute_fetchall(sql, parameters)}
