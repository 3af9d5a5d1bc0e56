"""Approvals, in SQLite."""

from collections.abc import Sequence

import aiosqlite

from agent.adapters.sqlite.rows import Table
from agent.domain.approval import Approval

_APPROVALS = Table(Approval, "approvals")


class SqliteApprovals:
    """Keeps `ports.Approvals`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def add(self, approval: Approval) -> None:
        await _APPROVALS.insert(self._db, approval)

    async def save(self, approval: Approval) -> None:
        await _APPROVALS.update(self._db, approval)

    async def get(self, approval_id: str) -> Approval | None:
        return await _APPROVALS.one(self._db, "WHERE id = ?", (approval_id,))

    async def pending(self) -> Sequence[Approval]:
        return await _APPROVALS.select(self._db, "WHERE state = 'pending' ORDER BY seq")

    async def of_run(self, run_id: str) -> Sequence[Approval]:
        return await _APPROVALS.select(self._db, "WHERE run_id = ? ORDER BY seq", (run_id,))

    async def answered(self, run_id: str, tool_use_id: str) -> Approval | None:
        tail = "WHERE run_id = ? AND tool_use_id = ? ORDER BY seq DESC"
        return await _APPROVALS.one(self._db, tail, (run_id, tool_use_id))

    async def listing(self, limit: int) -> Sequence[Approval]:
        return await _APPROVALS.select(self._db, "ORDER BY seq DESC LIMIT ?", (limit,))
