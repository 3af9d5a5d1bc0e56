"""The buttons under an incident: take it, silence it or not, see its steps and its chart, run steps that can be run."""

from datetime import datetime
from typing import Final

from agent.adapters.telegram.render.presses import LARGEST_DATA, Do, button
from agent.domain.catalog import Known
from agent.domain.incident import Incident
from agent.domain.outbox import Button, Buttons

QUIET_FOR: Final = ("1h", "4h", "24h")
_MOST_STEPS: Final = 4
_LABEL: Final = 28


def buttons(incident: Incident, known: Known, now: datetime, *, with_charts: bool = False) -> Buttons:
    """For everybody who sees the message; whoever taps needs the role for it."""
    chart = (button("Chart", Do.CHART, incident.id),) if with_charts and known.measures else ()
    if not incident.is_open:
        return ((button("Timeline", Do.TIMELINE, incident.id), *_steps(incident, known), *chart),)
    label, do = ("Ack", Do.ACKNOWLEDGE) if incident.acked_by is None else ("Take over", Do.TAKE_OVER)
    ack = button(label, do, incident.id)
    rows = ((ack, *_steps(incident, known), *chart), _quiet(incident, now), *_calls(incident, known))
    return tuple(row for row in rows if row)


def _quiet(incident: Incident, now: datetime) -> tuple[Button, ...]:
    if incident.is_about_monitoring:
        return ()
    if incident.is_silenced(now):  # what was not made here is not ended here
        return (button("Undo the silence", Do.UNSILENCE, incident.id),) if incident.is_silenced_from_here else ()
    return tuple(button(f"Silence {length}", Do.SILENCE, incident.id, length) for length in QUIET_FOR)


def _steps(incident: Incident, known: Known) -> tuple[Button, ...]:
    fits = len(f"{Do.RUNBOOK}:{incident.id}".encode()) <= LARGEST_DATA
    return (button("Steps", Do.RUNBOOK, incident.id),) if known.steps and fits else ()


def _calls(incident: Incident, known: Known) -> Buttons:
    runnable = [(number, step) for number, step in enumerate(known.steps, 1) if step.call is not None]
    return tuple(
        (button(f"▶ {number}. {_short(step.text)}", Do.ACT, incident.id, str(number)),)
        for number, step in runnable[:_MOST_STEPS]
    )


def _short(text: str) -> str:
    return text if len(text) <= _LABEL else text[: _LABEL - 1].rstrip() + "…"
