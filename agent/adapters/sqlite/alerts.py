"""Outgoing alerts, in SQLite."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import aiosqlite

from agent.adapters.sqlite.rows import Table, moment_from, moment_text, pairs, scalar
from agent.domain.alert import Alert, AlertState

_ALERTS = Table(Alert, "alerts", extra={"signature": lambda alert: alert.signature})
_WAITING = "state IN ('pending', 'dead_letter')"


class SqliteAlerts:
    """Keeps `ports.Alerts`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def add(self, alert: Alert) -> Alert:
        return replace(alert, id=await _ALERTS.insert(self._db, alert, without_key=True))

    async def save(self, alert: Alert) -> None:
        await _ALERTS.update(self._db, alert)

    async def newest_like(self, signature: str) -> datetime | None:
        sql = "SELECT max(ts) FROM alerts WHERE signature = ? AND state IN ('pending', 'sent', 'dead_letter')"
        found = await scalar(self._db, sql, (signature,))
        return moment_from(found) if found else None

    async def due(self, now: datetime, limit: int) -> Sequence[Alert]:
        tail = f"WHERE {_WAITING} AND next_at <= ? ORDER BY state = 'dead_letter', id LIMIT ?"
        return await _ALERTS.select(self._db, tail, (moment_text(now), limit))

    async def next_due(self) -> datetime | None:
        found = await scalar(self._db, f"SELECT min(next_at) FROM alerts WHERE {_WAITING}")  # noqa: S608
        return moment_from(found) if found else None

    async def count_by_state(self) -> Mapping[AlertState, int]:
        found = await pairs(self._db, "SELECT state, count(*) FROM alerts GROUP BY state")
        return {state: found.get(state, 0) for state in AlertState}

    async def drop_oldest_dead(self, keep: int) -> int:
        cursor = await self._db.execute(
            "DELETE FROM alerts WHERE id IN"
            " (SELECT id FROM alerts WHERE state = 'dead_letter' ORDER BY id DESC LIMIT -1 OFFSET ?)",
            (keep,),
        )
        return cursor.rowcount
