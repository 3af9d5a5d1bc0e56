"""Runs, in SQLite."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import aiosqlite

from agent.adapters.sqlite.rows import Table, moment_from, moment_text, pairs, scalar
from agent.domain.reliability import Finished
from agent.domain.run import Run, RunState

_RUNS = Table(Run, "runs")
_OPEN_SESSION: Final = "sessions.state NOT IN ('closing', 'closed')"
_BEHIND_ALL: Final = "\U0010ffff"
_STARTABLE: Final = f"""
WHERE seq IN (
    SELECT min(runs.seq) FROM runs JOIN sessions ON sessions.id = runs.session_id AND {_OPEN_SESSION}
    WHERE runs.state = 'pending' AND NOT EXISTS (
        SELECT 1 FROM runs AS busy
        WHERE busy.session_id = runs.session_id AND busy.state IN ('running', 'waiting_approval')
    )
    GROUP BY runs.session_id
) ORDER BY seq LIMIT ?
"""  # noqa: S608 - no values in it


class SqliteRuns:
    """Keeps `ports.Runs`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def add(self, run: Run) -> None:
        await _RUNS.insert(self._db, run)

    async def save(self, run: Run) -> None:
        await _RUNS.update(self._db, run)

    async def get(self, run_id: str) -> Run | None:
        return await _RUNS.one(self._db, "WHERE id = ?", (run_id,))

    async def listing(self, limit: int, session_id: str = "") -> Sequence[Run]:
        if session_id:
            tail = "WHERE session_id = ? ORDER BY seq DESC LIMIT ?"
            return await _RUNS.select(self._db, tail, (session_id, limit))
        return await _RUNS.select(self._db, "ORDER BY seq DESC LIMIT ?", (limit,))

    async def of_chat(self, chat_id: int, limit: int) -> Sequence[Run]:
        return await _RUNS.select(self._db, "WHERE chat_id = ? ORDER BY seq DESC LIMIT ?", (chat_id, limit))

    async def starting_with(self, beginning: str, limit: int) -> Sequence[Run]:
        if not beginning:
            return ()
        tail = "WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
        return await _RUNS.select(self._db, tail, (beginning, beginning + _BEHIND_ALL, limit))

    async def in_state(self, *states: RunState) -> Sequence[Run]:
        marks = ", ".join("?" for _ in states)
        return await _RUNS.select(self._db, f"WHERE state IN ({marks}) ORDER BY seq", states)

    async def startable(self, limit: int) -> Sequence[Run]:
        return await _RUNS.select(self._db, _STARTABLE, (limit,))

    async def position(self, run_id: str) -> int:
        sql = """
            SELECT count(*) FROM runs JOIN runs AS own ON own.id = ? AND own.session_id = runs.session_id
            WHERE runs.state = 'pending' AND runs.seq < own.seq
        """
        return int(await scalar(self._db, sql, (run_id,)))

    async def beat(self, run_ids: Sequence[str], until: datetime) -> None:
        await self._db.executemany(
            "UPDATE runs SET lease_until = ? WHERE id = ? AND state = 'running'",
            [(moment_text(until), run_id) for run_id in run_ids],
        )

    async def newest_finished(self, limit: int) -> Sequence[Finished]:
        # By itself SQLite prefers to sort all finished runs by state: 100 times slower with 100,000 of them.
        rows = await self._db.execute_fetchall(
            "SELECT state, started_at, finished_at, waited_seconds FROM runs INDEXED BY runs_finished"
            " WHERE state IN ('completed', 'failed') ORDER BY finished_at DESC, seq DESC LIMIT ?",
            (limit,),
        )
        return tuple(Finished(RunState(state), _worked(*rest)) for state, *rest in rows)

    async def count_by_state(self) -> Mapping[RunState, int]:
        found = await pairs(self._db, "SELECT state, runs FROM run_counts")
        return {state: found.get(state, 0) for state in RunState}

    async def queue_sizes(self) -> Mapping[str, int]:
        return await pairs(
            self._db,
            "SELECT sessions.id, (SELECT count(*) FROM runs WHERE session_id = sessions.id AND state = 'pending')"  # noqa: S608 - no values in it
            f" FROM sessions WHERE {_OPEN_SESSION}",
        )


def _worked(started: str | None, finished: str, waited: float) -> float | None:
    if started is None:
        return None
    return max((moment_from(finished) - moment_from(started)).total_seconds() - waited, 0.0)
