"""What a step still needs, in words: what it is, where to find it, a command to complete, and what could be meant."""

import json
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import Final

from agent.adapters.telegram.forms import width
from agent.adapters.telegram.render.html import bold, code, joined, line, page
from agent.adapters.telegram.render.presses import Do, button
from agent.domain.outbox import Button, Buttons
from agent.domain.step_values import Candidate, Needs
from agent.ports import Words

_MOST_BUTTONS: Final = 8
_MOST_NAMED: Final = 12
_LABEL: Final = 60
_ROOM: Final = 1500
TOO_LONG: Final = (
    "What is known already is too long to be shown here in full; it has to be written again with the rest."
)


def needed(found: Needs) -> Words:
    """Everything that somebody needs who has to fill it in."""
    head = joined(
        f"✍️ {bold('Step', 20)} {code(str(found.ref), 140)} for incident {code(found.incident_id, 40)} is not complete: "
        f"{line(found.step.text, 260)}",
        f"{bold(found.call.method, 20)} {code(found.call.path, 500)}",
    )
    chosen = _buttons(found)
    ask = "Tap one, or complete this and send it:" if chosen else "Complete this and send it:"
    rest = "What you leave out stays as it is now." if _replaces(found) else ""
    command = _command(found)
    cut = "" if _fits(command) else TOO_LONG
    foot = joined(ask, code(command if not cut else _command(replace(found, given={}, present={})), _ROOM), cut, rest)
    return Words(page(head, list(_items(found)), foot), chosen)


def _fits(command: str) -> bool:
    """Whether all of it can be shown: half a value that is copied would be a wrong one."""
    return width(escape(command, quote=False)) <= _ROOM


def _items(found: Needs) -> Iterator[str]:
    for place, slot in enumerate(found.missing):
        if place and _replaces(found):
            yield f"• {bold(slot, 64)}{_now(found, slot, ' is now ')}"
        else:
            yield joined(
                f"• {bold(slot, 64)}: {_meaning(found, slot)}", _now(found, slot, "   now: "), _known(found, slot)
            )


def _now(found: Needs, slot: str, words: str) -> str:
    return f"{words}{code(_written(found.present[slot])) or 'nothing'}" if slot in found.present else ""


def _known(found: Needs, slot: str) -> str:
    candidates = found.candidates.get(slot, ())
    shown = ", ".join(code(each.value, 120) for each in candidates[:_MOST_NAMED])
    more = f" +{len(candidates) - _MOST_NAMED}" if len(candidates) > _MOST_NAMED else ""
    none = "   No list of them could be had just now." if found.call.collection(slot) else ""
    return f"   to choose from: {shown}{more}" if shown else none


def _meaning(found: Needs, slot: str) -> str:
    collection = found.call.collection(slot)
    told = found.call.values.get(slot)
    return line(told or (f"one of GET {collection}" if collection else "the alerts do not say it"))


def _replaces(found: Needs) -> bool:
    return bool(found.missing) and all(slot in found.present for slot in found.missing)


def _command(found: Needs) -> str:
    """With everything that is missing; where all of it is known as it is now, with what the runbook names first."""
    open_ones = found.missing[:1] if _replaces(found) else found.missing
    wanted = {**found.given, **{slot: found.present.get(slot, "") for slot in open_ones}}
    pairs = (f"{slot}={_written(value)}" for slot, value in wanted.items())
    return " ".join((f"/act {found.incident_id} {found.ref}", *pairs))


def _written(value: object) -> str:
    """As `/act` reads it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) and not set(each) & set(' ,[{"') for each in value):
        return ",".join(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _buttons(found: Needs) -> Buttons:
    """Only where one value makes it whole."""
    if len(found.missing) != 1:
        return ()
    made = (_button(found, found.missing[0], each) for each in found.candidates.get(found.missing[0], ()))
    return tuple((each,) for each in made if each is not None)[:_MOST_BUTTONS]


def _button(found: Needs, slot: str, candidate: Candidate) -> Button | None:
    given = " ".join(f"{name}={_written(value)}" for name, value in {**found.given, slot: candidate.value}.items())
    label = f"{candidate.value} · {candidate.note}" if candidate.note else candidate.value
    try:
        return button(label[:_LABEL], Do.ACT, found.incident_id, f"{found.mark} {given}")
    except ValueError:
        return None  # too long for a button; it can be typed
