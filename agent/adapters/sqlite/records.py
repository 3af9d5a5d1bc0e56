"""All aggregates over one connection."""

from datetime import datetime

import aiosqlite

from agent.adapters.sqlite.alerts import SqliteAlerts
from agent.adapters.sqlite.approvals import SqliteApprovals
from agent.adapters.sqlite.inbox import SqliteInbox
from agent.adapters.sqlite.incidents import SqliteIncidents
from agent.adapters.sqlite.outbox import SqliteOutbox
from agent.adapters.sqlite.rows import moment_text
from agent.adapters.sqlite.runs import SqliteRuns
from agent.adapters.sqlite.sessions import SqliteProjects, SqliteSessions
from agent.adapters.sqlite.small import (
    SqliteAuditTrail,
    SqliteBreakers,
    SqliteControls,
    SqliteKeyed,
    SqliteScores,
    SqliteTimeline,
)

_SETTLED = (
    "DELETE FROM inbox WHERE state = 'done' AND accepted_at < ?",
    "DELETE FROM outbox WHERE state IN ('sent', 'dropped') AND queued_at < ?",
    "DELETE FROM keyed_requests WHERE at < ?",
    "DELETE FROM alerts WHERE state NOT IN ('pending', 'dead_letter') AND ts < ?",
)


class SqliteRecords:
    """Keeps `ports.Records`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db
        self.inbox = SqliteInbox(db)
        self.outbox = SqliteOutbox(db)
        self.runs = SqliteRuns(db)
        self.sessions = SqliteSessions(db)
        self.projects = SqliteProjects(db)
        self.approvals = SqliteApprovals(db)
        self.alerts = SqliteAlerts(db)
        self.incidents = SqliteIncidents(db)
        self.breakers = SqliteBreakers(db)
        self.timeline = SqliteTimeline(db)
        self.audit = SqliteAuditTrail(db)
        self.controls = SqliteControls(db)
        self.scores = SqliteScores(db)
        self.keyed = SqliteKeyed(db)

    async def prune(self, before: datetime) -> int:
        cursors = [await self._db.execute(statement, (moment_text(before),)) for statement in _SETTLED]
        return sum(cursor.rowcount for cursor in cursors)
