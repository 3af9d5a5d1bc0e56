"""Items that came in, in SQLite."""

from collections.abc import Sequence
from datetime import datetime

import aiosqlite

from agent.adapters.sqlite.rows import Table, moment_text
from agent.domain.inbox import Item, Source

_ITEMS = Table(Item, "inbox")


class SqliteInbox:
    """Keeps `ports.Inbox`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def accept(self, source: Source, key: str, body: str, now: datetime) -> bool:
        cursor = await self._db.execute(
            "INSERT INTO inbox (source, key, body, accepted_at, state, attempts, detail)"
            " VALUES (?, ?, ?, ?, 'waiting', 0, '') ON CONFLICT DO NOTHING",
            (source, key, body, moment_text(now)),
        )
        return cursor.rowcount == 1

    async def waiting(self, source: Source, limit: int) -> Sequence[Item]:
        tail = "WHERE source = ? AND state = 'waiting' ORDER BY id LIMIT ?"
        return await _ITEMS.select(self._db, tail, (source, limit))

    async def tried(self, item_id: int) -> None:
        await self._db.execute("UPDATE inbox SET attempts = attempts + 1 WHERE id = ?", (item_id,))

    async def done(self, item_id: int) -> None:
        await self._db.execute("UPDATE inbox SET state = 'done' WHERE id = ?", (item_id,))

    async def failed(self, item_id: int, detail: str) -> None:
        await self._db.execute("UPDATE inbox SET state = 'failed', detail = ? WHERE id = ?", (detail, item_id))
