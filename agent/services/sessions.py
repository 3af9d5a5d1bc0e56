"""Sessions: a worktree each, opened and closed so that neither a record nor a directory is left alone."""

from pathlib import Path

from agent.domain.error_codes import ErrorCode
from agent.domain.events import SessionClosed, SessionCreated, SessionErred, SessionReady
from agent.domain.profile import DEFAULT
from agent.domain.run import OPEN, RunState
from agent.domain.session import Project, Session, closed, closing
from agent.errors import Conflict, NotFound, WorktreeError
from agent.ports import Worktrees
from agent.services.endings import Endings
from agent.services.git_guard import GitGuard
from agent.services.journal import Journal

ATTEMPTS = 2


class Sessions:
    """Opening and closing. Git is asked outside of any transaction."""

    def __init__(self, journal: Journal, worktrees: Worktrees, endings: Endings, guard: GitGuard) -> None:
        self._journal = journal
        self._worktrees = worktrees
        self._endings = endings
        self._guard = guard

    async def open(self, project_id: str, *, chat_id: int, owner_id: int, thread_id: int = 0) -> Session:
        """A new session on a branch of its own. `WorktreeError` says why git could not."""
        async with self._journal.writing() as writing:
            project = await writing.records.projects.get(project_id)
            session_id = await writing.records.sessions.next_id()
        if project is None:
            raise NotFound(f"There is no project {project_id}.")
        workspace = await self._make_worktree(project, session_id)
        async with self._journal.writing() as writing:
            session = Session(
                id=session_id,
                project_id=project_id,
                chat_id=chat_id,
                thread_id=thread_id,
                owner_id=owner_id,
                workspace=workspace,
                branch=_branch(session_id),
                profile=DEFAULT,
                created_at=writing.now,
                last_activity_at=writing.now,
            )
            await writing.records.sessions.add(session)
            await writing.audit(owner_id, "session.created", session_id, project_id)
            await writing.tell(SessionCreated(session_id, project_id))
            await writing.tell(SessionReady(session_id, project_id))
        return session

    async def close(self, session_id: str, by: int) -> Session:
        """Cancel what is queued, put the worktree away, and close. A run at work has to be cancelled first."""
        project = await self._begin_to_close(session_id)
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
        return ended

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

    async def _begin_to_close(self, session_id: str) -> Project | None:
        async with self._journal.writing() as writing:
            session = await writing.records.sessions.get(session_id)
            if session is None:
                raise NotFound(f"There is no session {session_id}.")
            runs = [run for run in await writing.records.runs.in_state(*OPEN) if run.session_id == session_id]
            if any(run.state is RunState.RUNNING for run in runs):
                raise Conflict(f"Session {session_id} has a run at work; cancel it first.")
            await writing.records.sessions.save(closing(session))
            for run in runs:
                await self._endings.cancel(writing, run, ErrorCode.RUN_CANCELLED, "Its session was closed.")
            return await writing.records.projects.get(session.project_id)


def _branch(session_id: str) -> str:
    return f"tocsin/{session_id}"
