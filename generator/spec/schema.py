"""The JSON Schema of `slo.yaml`, assembled from the frame in `frame.json` and the conditions' own entries.

The same schema serves editors (`schema.json`, rendered) and `tocsin` itself. The fast path asks a Rust validator for a
yes or no; only a spec that is wrong pays for a full list of reasons.
"""

import json
import reprlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any

import jsonschema_rs

from generator.domain.conditions import KINDS
from generator.spec.document import Data, Document, Path
from generator.spec.problems import MOST, Problem, did_you_mean

_TYPES = {
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "a mapping",
    "null": "empty",
}
"""JSON Schema's types in YAML's words."""


@cache
def schema() -> Mapping[str, Any]:
    """The whole schema."""
    frame: dict[str, Any] = json.loads(resources.files("generator.spec").joinpath("frame.json").read_text("utf-8"))
    when = frame["$defs"]["when"]
    when["properties"] = {kind.KIND: kind.SCHEMA for kind in KINDS} | when["properties"]
    return frame


@cache
def _validator() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(dict(schema()))


def structure_problems(document: Document) -> list[Problem]:
    """What the schema does not allow in the document; all of it, unless that is beyond reason."""
    if _validator().is_valid(document.data):
        return []
    found = list(islice(_reasons(document), MOST))
    return found or [
        # The two validators read regular expressions differently; the stricter one explains itself.
        _problem(document, tuple(error.instance_path), error.message, "see docs/spec.md")
        for error in islice(_validator().iter_errors(document.data), MOST)
    ]


def _reasons(document: Document) -> Iterator[Problem]:
    import jsonschema  # noqa: PLC0415 - takes 100 ms to import, and a good spec never needs it

    validator = jsonschema.Draft202012Validator(dict(schema()))
    for error in validator.iter_errors(document.data):
        yield from _explained(document, error)


def _explained(document: Document, error: Any) -> Iterator[Problem]:  # noqa: ANN401 - jsonschema types few of its fields
    path: Path = tuple(error.absolute_path)
    match error.validator:
        case "additionalProperties":
            known = error.schema.get("properties", {})
            for key in error.instance:
                if key not in known:
                    yield _problem(document, (*path, key), f"unknown key {key!r}", did_you_mean(key, known))
        case "required":
            for key in [key for key in error.validator_value if key not in error.instance]:
                yield _problem(document, path, f"{key!r} is missing", "add it; see docs/spec.md")
        case "enum":
            remedy = did_you_mean(str(error.instance), map(str, error.validator_value))
            yield _problem(document, path, f"{_short(error.instance)} is not allowed", remedy)
        case "type":
            yield _problem(document, path, _misfit(error.instance), _wanted(error))
        case "anyOf" | "oneOf" if error.context:
            deepest = max(error.context, key=lambda inner: len(inner.absolute_path))
            if len(deepest.absolute_path) > len(path):
                yield from _explained(document, deepest)
            else:
                yield _problem(document, path, f"{_short(error.instance)} fits none of the forms", _wanted(error))
        case _:
            yield _problem(document, path, *_plain(error))


def _misfit(value: Data) -> str:
    return "is empty" if value is None else f"{_short(value)} is {_kind(value)}"


def _wanted(error: Any) -> str:  # noqa: ANN401 - as above
    """What to write instead: in the schema's own words where it has some, else the type in YAML's words."""
    if "x-write" in error.schema:
        return f"write {error.schema['x-write']}"
    wanted = error.schema.get("type", "string")
    kinds = [_TYPES[kind] for kind in ([wanted] if isinstance(wanted, str) else wanted)]
    return f"write {' or '.join(kinds)}"


def _plain(error: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    """Fact and remedy for a value that has the right type and is wrong in itself."""
    value, limit = _short(error.instance), error.validator_value
    is_blank = not str(error.instance).strip()
    given = error.schema.get("x-write")
    told = {
        "pattern": ("is empty" if is_blank else f"{value} does not fit here", "see docs/spec.md"),
        "minLength": ("is empty", "write something, or leave the key out"),
        "minItems": (f"has fewer than {limit} entries", f"write {limit} or more"),
        "minProperties": (f"has fewer than {limit} entries", f"write {limit} or more"),
        "maxProperties": (f"has more than {limit} entries", f"keep {limit}"),
        "uniqueItems": (f"{value} holds an entry twice", "keep each once"),
        "minimum": (f"{value} is below {limit}", f"write {limit} or more"),
        "maximum": (f"{value} is above {limit}", f"write {limit} or less"),
        "exclusiveMinimum": (f"{value} is not above {limit}", f"write more than {limit}"),
        "exclusiveMaximum": (f"{value} is not below {limit}", f"write less than {limit}"),
        "const": (f"{value} is not {limit!r}", f"write {limit}"),
    }
    what, remedy = told.get(error.validator, (f"{value} is not allowed ({error.validator})", "see docs/spec.md"))
    return what, f"write {given}" if given else remedy


def _problem(document: Document, path: Path, what: str, remedy: str) -> Problem:
    line, column = document.place(path)
    return Problem(line, column, shown(path), what, remedy)


def shown(path: Path) -> str:
    """`systems[0].alerts[2].for`."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def _short(value: Data) -> str:
    text = repr(value[:60]) if isinstance(value, str) else reprlib.repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _kind(value: Data) -> str:
    names = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return _TYPES[names.get(type(value), "null")]
