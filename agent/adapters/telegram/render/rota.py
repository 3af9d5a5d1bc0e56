"""The on-call plan in words: whose turn it is, who comes next, and who is told if nobody answers."""

from collections.abc import Callable
from datetime import datetime

from agent.adapters.telegram.render.html import bold, joined, line, page
from agent.adapters.telegram.render.human import duration, moment
from agent.domain.rota import EscalationStep, Rota, Rotation
from agent.ports import Words


def on_call(rota: Rota, now: datetime) -> Words:
    """Who is on call now."""
    turns = [_turn(rota, rotation, now) for rotation in rota.rotations]
    where = ", ".join(map(str, rota.chats))
    posted = f"Incidents are posted in {where}." if where else "No chat is configured for incidents."
    steps = [_step(rota, step, now) for step in rota.escalation]
    if rota.escalation and rota.repeat:
        steps.append(f"• then the last one again every {duration(rota.repeat)}")
    quiet = "Quiet hours now: warnings wait." if rota.quiet and rota.quiet.cover(_local(rota)(now)) else ""
    head = joined(f"📟 {bold('On call')}", *turns, posted, quiet)
    goes = "A critical incident that nobody takes goes" + ("" if steps else " to nobody else: there is no escalation.")
    return Words(page(joined(head, goes), steps))


def _turn(rota: Rota, rotation: Rotation, now: datetime) -> str:
    person = rota.on_call(now).get(rotation.name)
    if person is None:
        return f"{line(rotation.name, 60)}: nobody yet"
    until = rota.next_handover(rotation, now)
    return f"{line(rotation.name, 60)}: {bold(person.name, 60)} until {moment(until)}"


def _step(rota: Rota, step: EscalationStep, now: datetime) -> str:
    told = [rota.name_of(chat) or f"chat {chat}" for chat in rota.told_by(step, now)]
    return f"• after {duration(step.after)} to {line(', '.join(told) or 'nobody', 200)}"


def _local(rota: Rota) -> Callable[[datetime], datetime]:
    return lambda now: now.astimezone(rota.zone).replace(tzinfo=None)
