"""Runbooks in words: the steps of an alert, the procedures it leads to, and a button for each step that can be run."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from agent.adapters.telegram.render.html import bold, code, joined, line, page
from agent.adapters.telegram.render.human import counted
from agent.adapters.telegram.render.incident_parts import link
from agent.adapters.telegram.render.presses import Do, Press, button, press_data
from agent.domain.catalog import Known, Procedure, Step, StepRef, calls_among
from agent.domain.incident import Incident
from agent.domain.outbox import Button, Buttons
from agent.ports import Words

MOST_CALLS: Final = 20
_MOST_PROCEDURES: Final = 20
_LABEL: Final = 40
_SIGN: Final = "▶"


def runbook(known: Known, procedures: Sequence[Procedure], incident: Incident | None, subject: str) -> Words:
    """All steps of an alert, and the procedures; they can be run for an incident. `subject` is its id or the alert."""
    head = joined(
        f"📖 {bold(known.name, 160)}{_of(incident)}",
        line(known.summary),
        f"Impact: {line(known.impact)}" if known.impact else "",
    )
    listed = [f"📋 {line(each.title, 120)} {code(each.name, 110)}" for each in procedures]
    more = [bold("Procedures"), *listed] if listed else []
    hint = _hint(known.steps, "", incident)
    text = page(head, [*_items(known.steps), *more], joined(hint, link("Runbook", known.runbook_url)))
    return Words(text, (*_calls(known.steps, "", incident), *_ways(procedures, subject)))


def procedure(found: Procedure, subject: str = "", incident: Incident | None = None) -> Words:
    """All steps of a procedure; `subject` is the incident or the alert from which somebody came, or empty."""
    head = joined(
        f"📋 {bold(found.title or found.name, 160)} {code(found.name, 110)}{_of(incident)}",
        f"When: {line(found.when)}" if found.when else "",
    )
    hint = _hint(found.steps, found.name, incident)
    back = button("⬅ Back", Do.RUNBOOK, subject) if subject and _fits(Press(Do.RUNBOOK, subject)) else None
    text = page(head, list(_sections(found)), joined(hint, link("Runbook", found.runbook_url)))
    return Words(text, (*_calls(found.steps, found.mark, incident), *(((back,),) if back else ())))


def listing(procedures: Iterable[Procedure]) -> Words:
    """Every procedure by its name."""
    items = [f"{code(each.name, 110)} {line(each.title, 120)}" for each in procedures]
    foot = "/runbook NAME shows one; an alert's name or an incident's id does as well."
    return Words(page(bold("Procedures"), items, foot if items else "The runbook catalogue has no procedures."))


def _items(steps: Sequence[Step], first: int = 1) -> Iterator[str]:
    for number, step in enumerate(steps, first):
        sign = f"{_SIGN} " if step.call else ""
        yield joined(f"{number}. {sign}{line(step.text, 260)}", f"   {code(step.run, 260)}" if step.run else "")


def _sections(found: Procedure) -> Iterator[str]:
    first = 1
    for section in found.sections:
        items = list(_items(section.steps, first))
        yield joined(bold(section.title, 160), *items[:1])
        yield from items[1:]
        first += len(items)


def _of(incident: Incident | None) -> str:
    return f" · incident {code(incident.id, 40)}" if incident else ""


def _hint(steps: Sequence[Step], name: str, incident: Incident | None) -> str:
    found = calls_among(steps)
    if not found:
        return ""
    command = f"/act {incident.id if incident else 'ID'} {StepRef(found[0][0], name)}"
    if incident:
        return f"{_SIGN} can be run: tap it, or {code(command)}. It is shown in full before anything is sent."
    return f"{_SIGN} can be run for an incident: {code(command)}; /alerts lists them."


def _calls(steps: Sequence[Step], mark: str, incident: Incident | None) -> Buttons:
    if incident is None:
        return ()
    presses = (
        (step, number, Press(Do.ACT, incident.id, str(StepRef(number, mark)))) for number, step in calls_among(steps)
    )
    fitting = [(step, number, press) for step, number, press in presses if _fits(press)][:MOST_CALLS]
    return tuple((_button(f"{_SIGN} {number}. {step.text}", press),) for step, number, press in fitting)


def _ways(procedures: Sequence[Procedure], subject: str) -> Buttons:
    return tuple((way,) for each in procedures[:_MOST_PROCEDURES] if (way := _way(each, subject)))


def _way(found: Procedure, subject: str) -> Button | None:
    """To a procedure, so that the way back is known; or without, where that would be too long for a button."""
    runnable = len(calls_among(found.steps))
    count = f" · {counted(runnable, 'call')}" if runnable else ""
    label = f"📋 {_short(found.title or found.name)}{count}"
    wanted = (Press(Do.RUNBOOK, subject, found.mark), Press(Do.RUNBOOK, found.name))
    return next((_button(label, press, 64) for press in wanted if _fits(press)), None)


def _fits(press: Press) -> bool:
    try:
        press_data(press)
    except ValueError:
        return False
    return True


def _button(label: str, press: Press, room: int = _LABEL) -> Button:
    return button(_short(label, room), press.do, press.subject, press.detail)


def _short(text: str, room: int = _LABEL) -> str:
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"
