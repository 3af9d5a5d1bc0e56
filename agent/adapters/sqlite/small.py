"""The small aggregates, in SQLite: breakers, timelines, the audit trail, controls, scores and keyed requests."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import assert_never

import aiosqlite

from agent.adapters.sqlite.rows import Table, moment_from, moment_text, scalar
from agent.domain.audit import Audited
from agent.domain.breaker import BreakerName, Closed, HalfOpen, Open, State
from agent.domain.containment import Autonomy, Containment
from agent.domain.keyed import KeyedRequest
from agent.domain.quality import Score
from agent.domain.timeline import Moment

_MOMENTS = Table(Moment, "timeline", key="run_id")
_AUDITED = Table(Audited, "audit", key="at")
_SCORES = Table(Score, "scores", key="at")
_KEYED = Table(KeyedRequest, "keyed_requests", key="key")


class SqliteBreakers:
    """Keeps `ports.Breakers`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def load(self) -> Mapping[BreakerName, State]:
        rows = await self._db.execute_fetchall("SELECT name, state, failures, successes, probing, since FROM breakers")
        kept = {BreakerName(name): _state(*rest) for name, *rest in rows}
        return {name: kept.get(name, Closed()) for name in BreakerName}

    async def save(self, name: BreakerName, state: State) -> None:
        await self._db.execute("INSERT OR REPLACE INTO breakers VALUES (?, ?, ?, ?, ?, ?)", (name, *_cells(state)))


def _cells(state: State) -> tuple[object, ...]:
    match state:
        case Closed(failures=failures):
            return "closed", failures, 0, 0, None
        case Open(since=since):
            return "open", 0, 0, 0, moment_text(since)
        case HalfOpen(successes=successes, probing=probing):
            return "half_open", 0, successes, probing, None
        case _:
            assert_never(state)


def _state(word: str, failures: int, successes: int, probing: int, since: str | None) -> State:
    if word == "open" and since is not None:
        return Open(moment_from(since))
    return HalfOpen(successes, probing) if word == "half_open" else Closed(failures)


class SqliteTimeline:
    """Keeps `ports.Timeline`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def append(self, moment: Moment) -> None:
        await _MOMENTS.insert(self._db, moment)

    async def of_run(self, run_id: str) -> Sequence[Moment]:
        return await _MOMENTS.select(self._db, "WHERE run_id = ? ORDER BY seq", (run_id,))

    async def count_recovery(self) -> int:
        sql = "SELECT count(*) FROM timeline WHERE event GLOB 'recovery.*' AND event <> 'recovery.trail_checked'"
        return int(await scalar(self._db, sql))


class SqliteAuditTrail:
    """Keeps `ports.AuditTrail`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def append(self, entry: Audited) -> None:
        await _AUDITED.insert(self._db, entry)

    async def listing(self, limit: int) -> Sequence[Audited]:
        return await _AUDITED.select(self._db, "ORDER BY seq DESC LIMIT ?", (limit,))


class SqliteControls:
    """Keeps `ports.Controls`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def containment(self) -> Containment:
        kept = json.loads(await self.value("containment") or "{}")
        if not kept:
            return Containment()
        return Containment(kept["halted"], kept["fallback"], tuple(kept["denied_tools"]), Autonomy(kept["autonomy"]))

    async def contain(self, containment: Containment) -> None:
        await self.keep("containment", json.dumps(asdict(containment)))

    async def value(self, key: str) -> str:
        return str(await scalar(self._db, "SELECT value FROM controls WHERE key = ?", (key,)) or "")

    async def keep(self, key: str, value: str) -> None:
        await self._db.execute("INSERT OR REPLACE INTO controls VALUES (?, ?)", (key, value))


class SqliteScores:
    """Keeps `ports.Scores`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def add(self, score: Score) -> None:
        await _SCORES.insert(self._db, score)

    async def since(self, moment: datetime) -> Sequence[Score]:
        return await _SCORES.select(self._db, "WHERE at >= ? ORDER BY seq", (moment_text(moment),))


class SqliteKeyed:
    """Keeps `ports.Keyed`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def add(self, request: KeyedRequest) -> None:
        await _KEYED.insert(self._db, request)

    async def get(self, caller: str, key: str) -> KeyedRequest | None:
        return await _KEYED.one(self._db, "WHERE caller = ? AND key = ?", (caller, key))
