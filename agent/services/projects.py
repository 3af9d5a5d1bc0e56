"""Projects: the repositories that sessions may work in, kept in step with the folder that they lie in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from agent.domain.events import ProjectRegistered, ProjectRemoved, ProjectsScanned
from agent.domain.session import Project
from agent.ports import Worktrees
from agent.services.git_guard import GitGuard
from agent.services.journal import Journal, Writing


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a look into the folder has changed.

    Attributes:
        missing: registered ones that are not there now, but were kept.
    """

    found: int
    registered: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


Concluding = Callable[[Writing, Scanned], Awaitable[None]]
"""What the caller adds to the transaction in which the projects are registered."""


async def _nothing_more(_writing: Writing, _scanned: Scanned) -> None:
    """For callers that have nothing to add."""


class Projects:
    """Registers what is found and forgets what is gone."""

    def __init__(self, journal: Journal, worktrees: Worktrees, guard: GitGuard) -> None:
        self._journal = journal
        self._worktrees = worktrees
        self._guard = guard

    async def scan(self, by: int, *, concluding: Concluding = _nothing_more) -> Scanned:
        """Look for repositories; may be repeated. `WorktreeError` says why git could not.

        A project that is gone is forgotten unless a session works in it, or nothing at all was found: then the whole
        folder is probably not there at the moment.
        """
        found = await self._guard.run(self._worktrees.scan)
        async with self._journal.writing() as writing:
            registered = [project.id for project in found if await _registered(writing, project, by)]
            gone = await _gone(writing, found)
            busy = {session.project_id for session in await writing.records.sessions.active()}
            removed = [each for each in gone if found and each not in busy]
            for project_id in removed:
                await _remove(writing, project_id, by)
            missing = tuple(each for each in gone if each not in removed)
            scanned = Scanned(len(found), tuple(registered), tuple(removed), missing)
            await writing.tell(ProjectsScanned(len(found)))
            await concluding(writing, scanned)
        return scanned


async def _registered(writing: Writing, project: Project, by: int) -> bool:
    known = await writing.records.projects.get(project.id)
    if known is not None:
        await writing.records.projects.save(replace(project, registered_at=known.registered_at))
        return False
    await writing.records.projects.save(project)
    await writing.audit(by, "project.registered", project.id, project.path)
    await writing.tell(ProjectRegistered(project.id))
    return True


async def _gone(writing: Writing, found: Sequence[Project]) -> list[str]:
    there = {project.id for project in found}
    return [project.id for project in await writing.records.projects.all() if project.id not in there]


async def _remove(writing: Writing, project_id: str, by: int) -> None:
    await writing.records.projects.remove(project_id)
    await writing.audit(by, "project.removed", project_id)
    await writing.tell(ProjectRemoved(project_id))
