"""Runs in words: queued, at work, ended well or badly, and lists of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

from agent.adapters.telegram.render.answer import answer
from agent.adapters.telegram.render.failures import failure
from agent.adapters.telegram.render.html import LIMIT, LINE, block, bold, code, joined, last_block, line, page
from agent.adapters.telegram.render.human import MARKS, ago, counted, duration, short
from agent.adapters.telegram.render.presses import Do, button
from agent.domain.error_codes import CATALOG, ErrorCode
from agent.domain.outbox import Buttons
from agent.domain.recovery import Action
from agent.domain.run import Run, RunState
from agent.domain.turn import Turn
from agent.ports import Words

_BODY = LIMIT - 900
_WORTH_A_WORD: Final = timedelta(seconds=10)


def queued(run: Run, turn: Turn, notice: str) -> Words:
    """A prompt was accepted."""
    text = joined(f"{_title(run, 'Queued')}\n{_turn(turn)}", line(notice), _quoted(run))
    return Words(text, ((button("Cancel", Do.CANCEL, run.id),),))


def progress(run: Run, lines: Sequence[str], took: timedelta, silent: timedelta) -> Words:
    """A run at work, the newest of what it says last."""
    items = [line(each) for each in lines if each.strip()]
    since = f" for {duration(took)}" if took >= _WORTH_A_WORD else ""
    foot = f"<i>Silent for {duration(silent)}.</i>" if silent >= _WORTH_A_WORD else ""
    text = page(_title(run, "Running", since), items or [_quoted(run)], foot, newest_last=True)
    return Words(text, ((button("Cancel", Do.CANCEL, run.id), button("Tail", Do.TAIL, run.id)),))


def ended(run: Run, actions: Sequence[Action]) -> Words:
    """A run that is over; a failed one with what can be done about it."""
    match run.state:
        case RunState.COMPLETED:
            return _completed(run)
        case RunState.FAILED:
            return _failed(run, actions)
        case RunState.CANCELLED:
            text = joined(_title(run, "Cancelled"), line(run.detail), _quoted(run))
            return Words(text, _offers(run, actions))
        case RunState.PENDING | RunState.RUNNING | RunState.WAITING_APPROVAL:
            return Words(_title(run, _state(run)))
        case _:
            assert_never(run.state)


def put_away(run: Run) -> Words:
    """What stays of the progress of a run that is over or waits for an answer."""
    return Words(joined(_title(run, _state(run)), _quoted(run)))


def listing(runs: Sequence[Run], now: datetime) -> Words:
    """The newest runs, one per line."""
    return Words(page(bold("Runs"), [_item(run, now) for run in runs], "" if runs else "There have been none."))


def tail(run: Run, output: str) -> Words:
    """The end of what a run has printed."""
    shown = last_block(output, _BODY) or "Nothing was printed yet."
    again = () if run.state.is_final else ((button("Refresh", Do.TAIL, run.id),),)
    return Words(joined(_title(run, f"Output of run {short(run.id)}", ""), shown), again)


def summary(run: Run) -> Words:
    """All that is known about one run."""
    asked = block(run.prompt, 800)
    facts = f"Profile {code(run.profile, 60)}, run {code(run.id, 60)}"
    said = answer(run.summary, _BODY - 900) if run.summary else line(run.detail)
    return Words(joined(_title(run, _state(run)), facts, asked, said), _look(run))


def _completed(run: Run) -> Words:
    body = answer(run.summary, _BODY) or "It had nothing to say."
    return Words(joined(joined(_title(run, "Done"), _quoted(run, 120)), body, by="\n\n"), _look(run))


def _failed(run: Run, actions: Sequence[Action]) -> Words:
    title = _title(run, CATALOG[run.error or ErrorCode.UNKNOWN].title)
    return Words(failure(title, run, _quoted(run, 120)), _offers(run, actions))


def _offers(run: Run, actions: Sequence[Action]) -> Buttons:
    buttons = [button(each.label, Do.REMEDY, run.id, each.remedy) for each in actions]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def _look(run: Run) -> Buttons:
    return ((button("Get the log", Do.LOG, run.id), button("Changes", Do.DIFF, run.id)),)


def _turn(turn: Turn) -> str:
    match turn.after:
        case RunState.RUNNING:
            busy = "the run at work"
        case RunState.WAITING_APPROVAL:
            busy = "the run that waits for an answer"
        case _:
            busy = ""
    if turn.before > 0:
        return f"{counted(turn.before, 'run')} before it{f', and {busy}' if busy else ''}."
    if busy:
        return f"It is next, after {busy}."
    if turn.full:
        return "It is next in its session, and starts when one of the runs at work elsewhere is over."
    return "It is next."


def _state(run: Run) -> str:
    return "Waiting for approval" if run.state is RunState.WAITING_APPROVAL else run.state.capitalize()


def _title(run: Run, what: str, took: str | None = None) -> str:
    if took is None:
        took = f" after {duration(run.elapsed)}" if run.elapsed is not None else ""
    return f"{MARKS[run.state]} {bold(what, 60)}{took} · {line(run.session_id, 40)} {line(run.project_id, 80)}"


def _quoted(run: Run, room: int = LINE) -> str:
    return f"<blockquote>{line(run.prompt, room)}</blockquote>" if run.prompt.strip() else ""


def _item(run: Run, now: datetime) -> str:
    when = ago(run.finished_at or run.started_at or run.created_at, now)
    return (
        f"{MARKS[run.state]} {line(run.session_id, 40)} · {when} · {line(run.prompt, 80)}\n   {code(short(run.id), 60)}"
    )
