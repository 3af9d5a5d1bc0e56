"""What is wrong with a file of profiles, as `profiles.yaml:LINE:COL: path: what is wrong; what to do`. Never a value.

A value may be a secret that somebody wrote where a name belongs, so only names of keys and profiles are repeated.
"""

import difflib
import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any, Final

from agent.adapters.profiles.document import Data, Document, Place

_KINDS: Final = {
    "string": "a text",
    "boolean": "true or false",
    "number": "a number",
    "array": "a list",
    "object": "a mapping",
}
_FACTS: Final = {
    "minLength": "is empty",
    "maxLength": "is too long",
    "minItems": "is empty",
    "maxItems": "has too many entries",
    "maxProperties": "has too many entries",
    "minimum": "is out of range",
    "maximum": "is out of range",
}


def schema() -> Mapping[str, Any]:
    """The JSON Schema of the file; editors may use it too."""
    text = resources.files("agent.adapters.profiles").joinpath("schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def structure_problems(document: Document) -> Iterator[tuple[Place, str]]:
    """For all that the schema does not allow: where, and `what is wrong; what to do`."""
    import jsonschema  # noqa: PLC0415 - takes a tenth of a second, and most agents have no file of profiles

    for error in jsonschema.Draft202012Validator(schema()).iter_errors(document.data):
        yield from _explained(error)


def near(word: str, known: Mapping[str, object]) -> str:
    """A remedy that proposes the nearest known word, or lists what there is."""
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {found[0]!r}?" if found else f"known here: {', '.join(known)}"


def _explained(error: Any) -> Iterator[tuple[Place, str]]:  # noqa: ANN401 - jsonschema types few of its fields
    place: Place = tuple(error.absolute_path)
    remedy = error.schema.get("description", "see docs/profiles.example.yaml")
    match error.validator:
        case "additionalProperties":
            yield from _unknown(error, place)
        case "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            yield from ((place, f"{key!r} is missing; add it") for key in missing)
        case "enum":
            words = {str(each): each for each in error.validator_value}
            yield place, f"unknown word; {near(str(error.instance)[:60], words)}"
        case "type":
            yield place, f"is not {_KINDS[error.validator_value]}; {remedy}"
        case "anyOf":
            yield from _inner(error, place, remedy)
        case "pattern":
            yield _misspelt(error, place, remedy)
        case kind:
            yield place, f"{_FACTS.get(kind, 'is not allowed')}; {remedy}"


def _unknown(error: Any, place: Place) -> Iterator[tuple[Place, str]]:  # noqa: ANN401 - as above
    known = error.schema["properties"]
    for key in error.instance:
        if key not in known:
            yield (*place, key), f"unknown key; {near(key, known)}"


def _misspelt(error: Any, place: Place, remedy: str) -> tuple[Place, str]:  # noqa: ANN401 - as above
    if "propertyNames" in error.absolute_schema_path:
        return (*place, error.instance), f"is no name of a profile; {_name_rule()}"
    if "environment" in place and "=" in error.instance:
        return place, "looks like a value; list only the variable's name and set its value for the agent"
    return place, f"is not written like that; {remedy}"


def _inner(error: Any, place: Place, remedy: str) -> Iterator[tuple[Place, str]]:  # noqa: ANN401 - as above
    """Where one alternative fits so far, what is wrong inside it; otherwise that none fits."""
    deeper = [each for each in error.context if len(each.absolute_path) > len(place)]
    found = deeper or [each for each in error.context if each.validator != "type"]
    if not found:
        yield place, f"is neither a text nor a list; {remedy}"
    for each in found:
        yield from _explained(each)


def _name_rule() -> str:
    rule: str = schema()["properties"]["profiles"]["description"]
    return rule


def shown(place: Place) -> str:
    """`profiles.default.arguments[2]`."""
    text = ""
    for key in place:
        text += f"[{key}]" if isinstance(key, int) else f".{key[:60]}" if text else key[:60]
    return text


def entry(data: Data, key: str) -> Data:
    """What is under a key, or None where that is no mapping."""
    return data.get(key) if isinstance(data, dict) else None
