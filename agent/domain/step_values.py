"""The slots of an executable step: what fills them, what is still missing, and the call with all of them filled."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from agent.domain.catalog import Step, StepCall, StepRef
from agent.domain.incident import Incident
from agent.errors import Conflict

LARGEST_BODY: Final = 2000
"""More cannot be shown in full before it is sent."""

LONGEST_VALUE: Final = 512
_SLOT: Final = re.compile(r"\{(\w{1,64})\}")

Values: TypeAlias = Mapping[str, Any]
"""By slot: text, or a list or an object that takes the place of a whole text of the body."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What could be meant, and a word about it."""

    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a step needs from a person.

    Attributes:
        mark: the step's reference for a button, which has little room.
        given: what is known to be wanted, and of a call that replaces something all that stays as it is.
        missing: the slots that nothing fills, in the order in which the runbook explains them.
        present: of a call that replaces something, what is there now.
        candidates: for a missing slot, what could be meant; nothing where nobody could be asked.
    """

    incident_id: str
    ref: StepRef
    step: Step
    call: StepCall
    mark: str
    given: Values
    missing: tuple[str, ...]
    present: Values = field(default_factory=dict)
    candidates: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)


def known_values(incident: Incident, given: Values, own: Mapping[str, str]) -> Values:
    """What was given, or else labels on which all firing alerts agree, or else our own where no alert says anything."""
    alerts = [alert.labels for alert in incident.firing or incident.alerts]
    ours = {name: value for name, value in own.items() if not any(labels.get(name) for labels in alerts)}
    return {**ours, **_agreed(alerts), **given}


def missing(call: StepCall, values: Values) -> tuple[str, ...]:
    """The slots that nothing fills, those first that the runbook explains first."""
    order = list(call.values)
    slots = sorted(call.slots, key=lambda slot: order.index(slot) if slot in order else len(order))
    return tuple(slot for slot in slots if values.get(slot, "") == "")


def filled(call: StepCall, values: Values) -> tuple[str, str]:
    """Path and body with every slot filled. Raises `Conflict` with one sentence."""
    lacking = missing(call, values)
    if lacking:
        example = " ".join(f"{slot}=…" for slot in lacking)
        raise Conflict(f"This step needs {', '.join(lacking)}; the alerts do not say. Add {example} to /act.")
    used = [values[slot] for slot in call.slots]
    if not all(text.isprintable() for text in _texts(used)) or any(_is_long(value) for value in used):
        raise Conflict(f"A value for a step is printable and at most {LONGEST_VALUE} characters.")
    path = _replaced(call.path, {slot: quote(_text(slot, values), safe="") for slot in _SLOT.findall(call.path)})
    body = "" if call.body is None else json.dumps(_with(call.body, values), ensure_ascii=False, sort_keys=True)
    if any(part in {".", ".."} for part in path.partition("?")[0].split("/")):
        raise Conflict("A value for a step may not be a dot or two: it would change the address.")
    if len(body) > LARGEST_BODY:
        raise Conflict("The step's body is too large.")
    return path, body


def as_now(call: StepCall, found: object) -> Values:
    """By slot, what a call that replaces something would find there: fields of the answer that the body names."""
    if not isinstance(found, dict) or call.body is None:
        return {}
    slots = {field_: _SLOT.fullmatch(value) for field_, value in call.body.items() if isinstance(value, str)}
    return {slot[1]: found[field_] for field_, slot in slots.items() if slot and field_ in found}


def in_the_form_of(present: object, given: object) -> object:
    """A text with commas as a list, where there is a list now."""
    if isinstance(present, list) and isinstance(given, str):
        return [part.strip() for part in given.split(",") if part.strip()]
    return given


def _agreed(alerts: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    first, *others = list(alerts) or [{}]
    return {name: value for name, value in first.items() if value and all(each.get(name) == value for each in others)}


def _text(slot: str, values: Values) -> str:
    value = values[slot]
    if not isinstance(value, str):
        raise Conflict(f"{slot} has to be a plain text here, not a list or an object.")
    return value


def _with(value: Any, values: Values) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        whole = _SLOT.fullmatch(value)
        return (
            values[whole[1]]
            if whole
            else _replaced(value, {slot: _text(slot, values) for slot in _SLOT.findall(value)})
        )
    if isinstance(value, Mapping):
        return {key: _with(each, values) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with(each, values) for each in value]
    return value


def _replaced(text: str, values: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda found: values[found[1]], text)


def _is_long(value: object) -> bool:
    return isinstance(value, str) and len(value) > LONGEST_VALUE


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts([key, each])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
