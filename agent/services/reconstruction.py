"""Rebuilds the state from what is on disk, when there is no backup: projects and sessions come back, runs do not."""

import re
from dataclasses import dataclass
from typing import Final

from agent.domain.audit import AGENT
from agent.domain.events import ProjectRegistered, ProjectsScanned, SessionCreated
from agent.domain.profile import DEFAULT
from agent.domain.session import Project, Session
from agent.ports import Found, Worktrees
from agent.services.journal import Journal, Writing

_SESSION_ID: Final = re.compile(r"S\d{1,6}")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came back."""

    projects: int
    sessions: int


class Reconstruction:
    """Reads repositories and worktrees; what is in the store already is left as it is."""

    def __init__(self, journal: Journal, worktrees: Worktrees, *, chat_id: int, owner_id: int) -> None:
        self._journal = journal
        self._worktrees = worktrees
        self._chat_id = chat_id
        self._owner_id = owner_id

    async def run(self) -> Rebuilt:
        """Register every repository and open a session for every worktree, on the branch it has checked out."""
        projects = await self._worktrees.scan()
        trees = [(project, found) for project in projects for found in await self._worktrees.of_project(project)]
        async with self._journal.writing() as writing:
            registered = sum([await self._register(writing, project) for project in projects])
            opened = sum([await self._open(writing, project, found) for project, found in trees])
            await writing.tell(ProjectsScanned(len(projects)))
        return Rebuilt(registered, opened)

    async def _register(self, writing: Writing, project: Project) -> bool:
        if await writing.records.projects.get(project.id) is not None:
            return False
        await writing.records.projects.save(project)
        await writing.audit(AGENT, "project.registered", project.id, project.path)
        await writing.tell(ProjectRegistered(project.id))
        return True

    async def _open(self, writing: Writing, project: Project, found: Found) -> bool:
        workspace = str(found.path)
        if any(session.workspace == workspace for session in await writing.records.sessions.active()):
            return False
        session_id = await self._id_for(writing, found)
        session = Session(
            id=session_id,
            project_id=project.id,
            chat_id=self._chat_id,
            owner_id=self._owner_id,
            workspace=workspace,
            branch=found.branch,
            profile=DEFAULT,
            created_at=writing.now,
            last_activity_at=writing.now,
            chosen_at=writing.now,
        )
        await writing.records.sessions.add(session)
        await writing.audit(AGENT, "session.created", session_id, f"rebuilt from {workspace}")
        await writing.tell(SessionCreated(session_id, project.id))
        return True

    async def _id_for(self, writing: Writing, found: Found) -> str:
        """The directory's own name, as the session had it; later numbers are past it, so that nothing collides."""
        name = found.path.name
        if not _SESSION_ID.fullmatch(name) or await writing.records.sessions.get(name) is not None:
            return await writing.records.sessions.next_id()
        while int((await writing.records.sessions.next_id())[1:]) < int(name[1:]):
            pass
        return name
