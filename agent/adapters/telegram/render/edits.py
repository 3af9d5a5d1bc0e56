"""What became of an edited message, in words."""

from typing import assert_never

from agent.adapters.telegram.render.human import short
from agent.adapters.telegram.render.presses import Do, button
from agent.domain.outbox import Buttons
from agent.domain.run import Run, RunState
from agent.ports import Words


def reworded(run: Run) -> Words:
    """The new words are what will be run."""
    return Words(f"✏️ Run {short(run.id)} had not begun; it will run what you wrote now.", _cancel(run))


def not_read(run: Run | None = None) -> Words:
    """The edit has changed nothing; where something came of the message, how that stands."""
    if run is None:
        return Words("✏️ Edits are not read; send it again as a new message.")
    text = f"✏️ Edits are not read: run {short(run.id)} {_standing(run)}. Send it again as a new message."
    return Words(text, () if run.state.is_final else _cancel(run))


def _standing(run: Run) -> str:
    match run.state:
        case RunState.PENDING:
            return "is queued as you wrote it first"
        case RunState.RUNNING:
            return "is at work on what you wrote first"
        case RunState.WAITING_APPROVAL:
            return "waits for an answer to what you wrote first"
        case RunState.COMPLETED | RunState.FAILED | RunState.CANCELLED:
            return f"is {run.state} already"
        case _:
            assert_never(run.state)


def _cancel(run: Run) -> Buttons:
    return ((button("Cancel that run", Do.CANCEL, run.id),),)
