"""What somebody means: runs by the beginning of their ids, sessions, and what is meant when nothing is named.

What belongs to a chat that the asker may not see does not exist for them.
"""

from typing import Final

from agent.adapters.telegram.dispatch.asking import Ask
from agent.domain.approval import Approval
from agent.domain.run import Run, RunState
from agent.domain.session import Session
from agent.errors import Conflict, NotFound
from agent.ports import Records

SHORTEST: Final = 4
"""How much of a run's id has to be typed at least."""

_LOOKED_AT: Final = 200
_WANTED_OVER_FIRST: Final = (RunState.RUNNING, RunState.WAITING_APPROVAL, RunState.PENDING)
_NO_SESSION: Final = "There is no open session here; /new PROJECT opens one, /projects lists where."


async def run_meant(records: Records, ask: Ask, *states: RunState) -> Run:
    """The run that is named, else the one whose message is answered, else the newest here in one of the states."""
    if "run" in ask.words:
        return await _run_named(records, ask, ask.words["run"])
    found = await _run_replied_to(records, ask) or await _newest(records, ask, states or tuple(RunState))
    if found is None:
        raise NotFound(f"There is no {_kind(states)} here.")
    return found


async def run_to_end(records: Records, ask: Ask) -> Run:
    """The run that is named or whose message is answered, else the newest at work, else that waits, else queued."""
    if "run" in ask.words:
        return await _run_named(records, ask, ask.words["run"])
    found = await _run_replied_to(records, ask)
    for state in _WANTED_OVER_FIRST:
        found = found or await _newest(records, ask, (state,))
    if found is None:
        raise NotFound("Nothing is running or queued here.")
    return found


async def session_meant(records: Records, ask: Ask) -> Session:
    """The session that is named, else that of the message that is answered, else the one that prompts go to."""
    if "session" in ask.words:
        return await _session_named(records, ask, ask.words["session"])
    found = await session_addressed(records, ask)
    if found is None:
        raise NotFound(_NO_SESSION)
    return found


async def session_addressed(records: Records, ask: Ask) -> Session | None:
    """Where a prompt goes: to the session of the message that is answered, else to the one that was chosen last."""
    replied = await _run_replied_to(records, ask)
    session = await records.sessions.get(replied.session_id) if replied else None
    if session is not None:
        return session
    return next(iter(await records.sessions.of_chat(ask.chat_id, ask.thread_id)), None)


async def sessions_here(records: Records, ask: Ask) -> tuple[Session, ...]:
    """The sessions of the chat and topic, the one that prompts go to first and those that are closing last."""
    place = (ask.chat_id, ask.thread_id)
    here = [each for each in await records.sessions.active() if (each.chat_id, each.thread_id) == place]
    return tuple(sorted(here, key=lambda each: (each.is_open, each.chosen_at), reverse=True))


async def runs_seen(records: Records, ask: Ask, limit: int) -> tuple[Run, ...]:
    """The newest runs that may be shown here."""
    if ask.sees(0):
        return tuple(await records.runs.listing(limit))
    return tuple(await records.runs.of_chat(ask.chat_id, limit))


async def runs_under_way(records: Records, ask: Ask) -> int:
    """How many runs of this chat are not over."""
    return sum(not run.state.is_final for run in await records.runs.of_chat(ask.chat_id, _LOOKED_AT))


async def approvals_seen(records: Records, ask: Ask) -> tuple[Approval, ...]:
    """The open questions that may be shown here, the oldest first."""
    return tuple([each for each in await records.approvals.pending() if await _is_seen(records, ask, each)])


async def approval_named(records: Records, ask: Ask, name: str) -> Approval | None:
    """The approval, in any state; ids may be typed in small letters."""
    for spelling in (name, name.upper()):
        found = await records.approvals.get(spelling)
        if found is not None and await _is_seen(records, ask, found):
            return found
    return None


async def _run_named(records: Records, ask: Ask, name: str) -> Run:
    exact = await records.runs.get(name)
    if exact is not None and ask.sees(exact.chat_id):
        return exact
    if len(name) < SHORTEST:
        raise NotFound(f"There is no run {name}; type at least {SHORTEST} characters of its id, as /runs lists it.")
    alike = await records.runs.starting_with(name.lower(), _LOOKED_AT)
    found = [run for run in alike if ask.sees(run.chat_id)]
    if not found:
        raise NotFound(f"There is no run {name}; /runs lists the newest.")
    if len(found) > 1:
        raise Conflict(f"The ids of several runs begin with {name}; type more of it.")
    return found[0]


async def _session_named(records: Records, ask: Ask, name: str) -> Session:
    for spelling in (name, name.upper(), f"S{name}"):
        found = await records.sessions.get(spelling)
        if found is not None and ask.sees(found.chat_id):
            return found
    raise NotFound(f"There is no session {name}; /sessions lists the open ones.")


async def _run_replied_to(records: Records, ask: Ask) -> Run | None:
    if not ask.reply_to:
        return None
    about, _, name = (await records.outbox.key_of(ask.chat_id, ask.reply_to)).partition(":")
    if about == "approval":
        asked = await records.approvals.get(name)
        return await records.runs.get(asked.run_id) if asked else None
    return await records.runs.get(name) if about in {"run", "end", "tail"} else None


async def _newest(records: Records, ask: Ask, states: tuple[RunState, ...]) -> Run | None:
    for run in await records.runs.of_chat(ask.chat_id, _LOOKED_AT):
        if run.state in states:
            session = await records.sessions.get(run.session_id)
            if session is None or session.thread_id == ask.thread_id:
                return run
    return None


async def _is_seen(records: Records, ask: Ask, approval: Approval) -> bool:
    """Whether it belongs to a chat that may be seen, or was put to this very chat."""
    run = await records.runs.get(approval.run_id)
    if run is not None and ask.sees(run.chat_id):
        return True
    return bool(await records.outbox.posted(ask.chat_id, f"approval:{approval.id}"))


def _kind(states: tuple[RunState, ...]) -> str:
    return f"{' or '.join(state.replace('_', ' ') for state in states)} run" if states else "run"
