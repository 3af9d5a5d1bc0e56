"""Sessions and projects, in SQLite."""

from collections.abc import Sequence

import aiosqlite

from agent.adapters.sqlite.rows import Table, scalar
from agent.domain.session import Project, Session

_SESSIONS = Table(Session, "sessions")
_PROJECTS = Table(Project, "projects")


class SqliteSessions:
    """Keeps `ports.Sessions`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def next_id(self) -> str:
        sql = "INSERT INTO sequences VALUES ('session', 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value"
        return f"S{await scalar(self._db, sql)}"

    async def add(self, session: Session) -> None:
        await _SESSIONS.insert(self._db, session)

    async def save(self, session: Session) -> None:
        await _SESSIONS.update(self._db, session)

    async def get(self, session_id: str) -> Session | None:
        return await _SESSIONS.one(self._db, "WHERE id = ?", (session_id,))

    async def active(self) -> Sequence[Session]:
        return await _SESSIONS.select(self._db, "WHERE state <> 'closed' ORDER BY last_activity_at DESC, seq DESC")

    async def of_chat(self, chat_id: int, thread_id: int = 0) -> Sequence[Session]:
        tail = (
            "WHERE state NOT IN ('closing', 'closed') AND chat_id = ? AND thread_id = ?"
            " ORDER BY chosen_at DESC, seq DESC"
        )
        return await _SESSIONS.select(self._db, tail, (chat_id, thread_id))

    async def listing(self, limit: int) -> Sequence[Session]:
        return await _SESSIONS.select(self._db, "ORDER BY seq DESC LIMIT ?", (limit,))


class SqliteProjects:
    """Keeps `ports.Projects`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def save(self, project: Project) -> bool:
        if await self.get(project.id) is None:
            await _PROJECTS.insert(self._db, project)
            return True
        await _PROJECTS.update(self._db, project)
        return False

    async def remove(self, project_id: str) -> None:
        await self._db.execute("DELETE FROM projects WHERE id = ?", (project_id,))

    async def get(self, project_id: str) -> Project | None:
        return await _PROJECTS.one(self._db, "WHERE id = ?", (project_id,))

    async def all(self) -> Sequence[Project]:
        return await _PROJECTS.select(self._db, "ORDER BY id")
