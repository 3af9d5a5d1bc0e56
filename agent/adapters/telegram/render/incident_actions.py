"""An executable step in words: shown in full before it runs, and with its answer afterwards."""

from html import escape
from typing import Final, assert_never

from agent.adapters.telegram.forms import width
from agent.adapters.telegram.render.html import block, bold, code, joined, line
from agent.adapters.telegram.render.human import moment
from agent.adapters.telegram.render.presses import Do, button
from agent.domain.incident_action import Action, ActionState
from agent.domain.outbox import Buttons
from agent.ports import Words

_BODY: Final = 2200
_URL: Final = 800
_ANSWER: Final = 1200


def action(found: Action, *, is_over: bool = False) -> Words:
    """A call in full, or what became of it; of an incident that is over it has to be wanted all the same."""
    head = (
        f"{_sign(found.state)} {bold('Step', 20)} for incident {code(found.incident_id, 40)}: {line(found.title, 260)}"
    )
    room = _BODY if found.state is ActionState.PREPARED else _BODY - _ANSWER
    text = joined(
        head,
        f"{bold(found.method, 20)} {code(found.url, _URL)}",
        block(found.body, room),
        _outcome(found, is_over=is_over),
    )
    return Words(text, _buttons(found, is_over=is_over))


def _outcome(found: Action, *, is_over: bool) -> str:
    match found.state:
        case ActionState.PREPARED:
            if not _is_whole(found):
                return "This is too long to be shown in full, so it cannot be confirmed here."
            resolved = f"✅ {bold('The incident has resolved meanwhile')}: send this anyway?" if is_over else ""
            return joined(resolved, "This is all that will be sent. It is sent once, when an approver confirms.")
        case ActionState.CONFIRMED:
            return f"Confirmed by {_confirmer(found)}."
        case ActionState.RUNNING:
            return f"Confirmed by {_confirmer(found)}; waiting for the answer …"
        case ActionState.DONE | ActionState.FAILED:
            status = f"Answered {found.status}" if found.status else "Not carried out"
            return joined(f"{status}{_when(found)}.", block(found.answer, _ANSWER))
        case ActionState.UNKNOWN:
            return joined(
                f"Nobody knows whether it was carried out{_when(found)}; it is not repeated.", line(found.answer)
            )
        case ActionState.CANCELLED:
            return joined("Not sent.", line(found.answer))
        case _:
            assert_never(found.state)


def _is_whole(found: Action) -> bool:
    body, url = escape(found.body, quote=False), escape(found.url, quote=False)
    return width(body) <= _BODY - 11 and width(url) <= _URL


def _when(found: Action) -> str:
    return f" at {moment(found.settled_at)}" if found.settled_at else ""


def _sign(state: ActionState) -> str:
    match state:
        case ActionState.PREPARED:
            return "▶️"
        case ActionState.CONFIRMED | ActionState.RUNNING:
            return "⏳"
        case ActionState.DONE:
            return "✅"
        case ActionState.FAILED:
            return "❌"
        case ActionState.UNKNOWN:
            return "❓"
        case ActionState.CANCELLED:
            return "⏹"
        case _:
            assert_never(state)


def _confirmer(found: Action) -> str:
    return line(found.confirmed_name, 60) or f"user {found.confirmed_by}"


def _buttons(found: Action, *, is_over: bool) -> Buttons:
    if found.state is not ActionState.PREPARED or not _is_whole(found):
        return ()
    label, do = ("Send anyway", Do.CONFIRM_ANYWAY) if is_over else ("Confirm and send", Do.CONFIRM)
    return ((button(label, do, found.id), button("Cancel", Do.ABANDON, found.id)),)
