"""The few ways in which requests and answers are described: JSON Schema 2020-12 as OpenAPI 3.1 has it.

A schema with a title becomes a named component of the OpenAPI document.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

Schema = dict[str, Any]
"""A JSON Schema."""

Json = dict[str, Any]
"""A JSON object."""

TEXT: Final[Schema] = {"type": "string"}
INTEGER: Final[Schema] = {"type": "integer"}
NUMBER: Final[Schema] = {"type": "number"}
FLAG: Final[Schema] = {"type": "boolean"}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
ANY_OBJECT: Final[Schema] = {"type": "object"}
TEXTS: Final[Schema] = {"type": "object", "additionalProperties": TEXT}


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def words(kind: type[StrEnum] | Iterable[str]) -> Schema:
    """One of a closed set."""
    return {"type": "string", "enum": [str(each) for each in kind]}


def many(items: Schema, most: int | None = None) -> Schema:
    """A list."""
    return {"type": "array", "items": items} | ({} if most is None else {"maxItems": most})


def text(longest: int, shortest: int = 0) -> Schema:
    """A text within bounds, without NUL: neither a command line nor a log can carry it."""
    return {"type": "string", "minLength": shortest, "maxLength": longest, "pattern": r"^[^\u0000]*$"}


def between(least: int, most: int, default: int | None = None) -> Schema:
    """A whole number within bounds."""
    return {"type": "integer", "minimum": least, "maximum": most} | ({} if default is None else {"default": default})


def record(title: str, properties: Mapping[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """An object with exactly these fields, all of them there but the optional ones."""
    left_out = set(optional)
    return {
        "title": title,
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in left_out],
        "additionalProperties": False,
    }


def moment(at: datetime) -> str:
    """UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_or_null(at: datetime | None) -> str | None:
    """The same of what may not have happened yet."""
    return None if at is None else moment(at)
