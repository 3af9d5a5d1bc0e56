"""Sessions: a worktree each, opened and closed so that neither a record nor a directory is left alone.

Git is asked outside of any transaction, so each of the two can be cut short by a crash. Both first commit which session
belongs to the caller's `key`. Git answers the same worktree when it is asked for the same id again, so whoever repeats
`open` with its key gets one session, not two. Putting a worktree away twice is fine, and `under_way` says which session
it was that a call with the key has begun to close, for it is no longer the one that a caller would find.
"""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from agent.domain.changes import Changes
from agent.domain.error_codes import ErrorCode
from agent.domain.events import SessionClosed, SessionCreated, SessionErred, SessionReady
from agent.domain.profile import DEFAULT
from agent.domain.run import OPEN, RunState
from agent.domain.session import Project, Session, chosen, closed, closing, used
from agent.errors import AgentError, Conflict, NotFound, StoreError, WorktreeError
from agent.ports import Records, Worktrees
from agent.services.endings import Endings
from agent.services.git_guard import GitGuard
from agent.services.journal import Journal, Writing

ATTEMPTS: Final = 2
_UNDER_WAY: Final = "sessions.under_way"
_REMEMBERED: Final = 100
_TICK: Final = timedelta(microseconds=1)

Concluding = Callable[[Writing, Session], Awaitable[None]]
"""What the caller adds to the transaction in which the session is opened or closed."""


async def _nothing_more(_writing: Writing, _session: Session) -> None:
    """For callers that have nothing to add."""


class Sessions:
    """Opening, choosing and closing."""

    def __init__(self, journal: Journal, worktrees: Worktrees, endings: Endings, guard: GitGuard) -> None:
        self._journal = journal
        self._worktrees = worktrees
        self._endings = endings
        self._guard = guard

    async def open(  # noqa: PLR0913 - what a session is opened with
        self,
        project_id: str,
        *,
        chat_id: int,
        owner_id: int,
        thread_id: int = 0,
        profile: str = DEFAULT,
        key: str = "",
        concluding: Concluding = _nothing_more,
    ) -> Session:
        """A new session on a branch of its own. `WorktreeError` says why git could not.

        A call that is repeated with its key, because the last one was cut short, takes up where that one was.
        """
        project, session_id = await self._reserve(project_id, key)
        workspace = await self._make_worktree(project, session_id)
        try:
            async with self._journal.writing() as writing:
                moment = await _newest_choice(writing, chat_id, thread_id)
                session = Session(
                    id=session_id,
                    project_id=project_id,
                    chat_id=chat_id,
                    thread_id=thread_id,
                    owner_id=owner_id,
                    workspace=workspace,
                    branch=_branch(session_id),
                    profile=profile,
                    created_at=writing.now,
                    last_activity_at=writing.now,
                    chosen_at=moment,
                )
                await writing.records.sessions.add(session)
                await writing.audit(owner_id, "session.created", session_id, project_id)
                await writing.tell(SessionCreated(session_id, project_id))
                await writing.tell(SessionReady(session_id, project_id))
                await _forget(writing, key)
                await concluding(writing, session)
        except StoreError:
            raise  # the disk will take it later: the worktree waits for the repetition
        except AgentError:
            with suppress(WorktreeError):
                await self._guard.run(lambda: self._worktrees.remove(project, Path(workspace)))
            raise
        return session

    async def under_way(self, key: str) -> str:
        """The id of the session that a call with this key has begun to open or close, or empty."""
        async with self._journal.store.reading() as records:
            return (await _under_way(records)).get(key, "")

    async def close(
        self, session_id: str, by: int, *, key: str = "", concluding: Concluding = _nothing_more
    ) -> Session:
        """Cancel what is queued, put the worktree away, and close. A run at work has to be cancelled first."""
        project = await self._begin_to_close(session_id, key)
        async with self._journal.store.reading() as records:
            session = await records.sessions.get(session_id)
        if project is not None and session is not None:
            await self._guard.run(lambda: self._worktrees.remove(project, Path(session.workspace)))
        async with self._journal.writing() as writing:
            current = await writing.records.sessions.get(session_id)
            if current is None:
                raise NotFound(f"There is no session {session_id}.")
            ended = closed(current, writing.now)
            await writing.records.sessions.save(ended)
            await writing.audit(by, "session.closed", session_id)
            await writing.tell(SessionClosed(session_id, ended.project_id, writing.now - ended.created_at))
            await _forget(writing, key)
            await concluding(writing, ended)
        return ended

    async def use(self, writing: Writing, session_id: str, by: int) -> Session:
        """Make it the one of its chat and topic that prompts go to. `Conflict` when it is not open."""
        session = await choose(writing, session_id)
        await writing.audit(by, "session.used", session_id)
        return session

    async def choose_profile(self, writing: Writing, session_id: str, profile: str, by: int) -> Session:
        """From now on its prompts are run with that profile, which the caller knows to exist."""
        chosen = replace(await _open_one(writing, session_id), profile=profile)
        await writing.records.sessions.save(chosen)
        await writing.audit(by, "session.profile", session_id, profile)
        return chosen

    async def changes(self, session: Session) -> Changes:
        """What the session has changed. `NotFound` without its project, `WorktreeError` when git cannot tell."""
        async with self._journal.store.reading() as records:
            project = await records.projects.get(session.project_id)
        if project is None:
            raise NotFound(f"The project {session.project_id} is not registered any more.")
        return await self._guard.run(lambda: self._worktrees.changes(project, Path(session.workspace)))

    async def _reserve(self, project_id: str, key: str) -> tuple[Project, str]:
        """The project, and the id that the session will have however often this has to be begun."""
        async with self._journal.writing() as writing:
            project = await writing.records.projects.get(project_id)
            if project is None:
                raise NotFound(f"There is no project {project_id}.")
            begun = (await _under_way(writing.records)).get(key, "")
            session_id = begun or await writing.records.sessions.next_id()
            await _remember(writing, key, session_id)
            return project, session_id

    async def _make_worktree(self, project: Project, session_id: str) -> str:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                made = await self._guard.run(lambda: self._worktrees.add(project, session_id, _branch(session_id)))
            except WorktreeError as error:
                if attempt == ATTEMPTS:
                    self._journal.tell(SessionErred(session_id, project.id, str(error)))
                    raise
            else:
                return str(made)
        raise AssertionError("the loop returns or raises")

    async def _begin_to_close(self, session_id: str, key: str) -> Project | None:
        async with self._journal.writing() as writing:
            session = await writing.records.sessions.get(session_id)
            if session is None:
                raise NotFound(f"There is no session {session_id}.")
            runs = [run for run in await writing.records.runs.in_state(*OPEN) if run.session_id == session_id]
            if any(run.state is RunState.RUNNING for run in runs):
                raise Conflict(f"Session {session_id} has a run at work; cancel it first.")
            await writing.records.sessions.save(closing(session))
            await _remember(writing, key, session_id)
            for run in runs:
                await self._endings.cancel(writing, run, ErrorCode.RUN_CANCELLED, "Its session was closed.")
            return await writing.records.projects.get(session.project_id)


async def choose(writing: Writing, session_id: str) -> Session:
    """Make it the one that prompts go to: by asking for it, or by sending it one. `Conflict` when it is not open."""
    session = await _open_one(writing, session_id)
    newest = await _newest_choice(writing, session.chat_id, session.thread_id)
    current = chosen(used(session, writing.now), newest)
    await writing.records.sessions.save(current)
    return current


async def _open_one(writing: Writing, session_id: str) -> Session:
    session = await writing.records.sessions.get(session_id)
    if session is None:
        raise NotFound(f"There is no session {session_id}.")
    if not session.is_open:
        raise Conflict(f"Session {session_id} is {session.state}; open a new one.")
    return session


async def _newest_choice(writing: Writing, chat_id: int, thread_id: int) -> datetime:
    """A moment after every choice in the chat and topic, even when the clock was set back."""
    others = await writing.records.sessions.of_chat(chat_id, thread_id)
    return max([writing.now, *(each.chosen_at + _TICK for each in others)])


async def _under_way(records: Records) -> dict[str, str]:
    """Which session belongs to which key, of what was begun and not concluded."""
    return dict(json.loads(await records.controls.value(_UNDER_WAY) or "{}"))


async def _remember(writing: Writing, key: str, session_id: str) -> None:
    if key:
        begun = {**await _under_way(writing.records), key: session_id}
        newest = dict(list(begun.items())[-_REMEMBERED:])  # what git refused is never taken up again
        await writing.records.controls.keep(_UNDER_WAY, json.dumps(newest))


async def _forget(writing: Writing, key: str) -> None:
    begun = await _under_way(writing.records)
    if begun.pop(key, ""):
        await writing.records.controls.keep(_UNDER_WAY, json.dumps(begun))


def _branch(session_id: str) -> str:
    return f"tocsin/{session_id}"
