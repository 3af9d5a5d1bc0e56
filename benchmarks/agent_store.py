"""What people and Prometheus ask for, out of a large state: ten thousand queued runs, a hundred thousand in all.

The state is written by the store's own code. The baseline is SQLite itself on the same file: the plain query behind
the answer, without an agent, without HTTP and without JSON.
"""

import asyncio
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from agent.adapters.sqlite import SqliteStore
from agent.domain.error_codes import ErrorCode
from agent.domain.run import Run, RunState
from agent.domain.session import Project, Session
from benchmarks.agent_figures import Latency
from benchmarks.agent_stage import PEOPLE, Life, Stage
from benchmarks.report import Goal, shown, table

STORED: Final = 100_000
QUEUED: Final = 10_000
SESSIONS: Final = 100
MILLISECONDS: Final = 50.0
SCRAPE_MILLISECONDS: Final = 20.0
_ASKED: Final = 200
_WARM: Final = 10
_QUIET: Final = 5.0
_BATCH: Final = 1000
_FINISHED: Final = "SELECT state, started_at, finished_at FROM runs WHERE state IN ('completed', 'failed')"
_PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "/api/runs": ("SELECT * FROM runs ORDER BY seq DESC LIMIT 20",),
    "/api/runs?limit=100": ("SELECT * FROM runs ORDER BY seq DESC LIMIT 100",),
    "/api/runs?session_id=S7": ("SELECT * FROM runs WHERE session_id = 'S7' ORDER BY seq DESC LIMIT 20",),
    "/metrics": (
        "SELECT state, count(*) FROM runs GROUP BY state",
        f"{_FINISHED} ORDER BY finished_at DESC, seq DESC LIMIT 300",
        "SELECT * FROM sessions WHERE state <> 'closed'",
    ),
    "/api/reliability": (
        "SELECT state, count(*) FROM runs GROUP BY state",
        f"{_FINISHED} ORDER BY finished_at DESC, seq DESC LIMIT 300",
    ),
}
"""For each address what a person at SQLite's own prompt would ask."""


def measure() -> Iterator[Goal]:
    """Print the tables and give the goals."""
    small = asyncio.run(_measured(0, 0, ("/metrics",)))["/metrics"]
    large = asyncio.run(_measured(STORED, QUEUED, tuple(_PLAIN)))
    table(
        f"{STORED:,} stored runs, {QUEUED:,} of them queued, {SESSIONS} open sessions ({_ASKED} requests each)",
        ("address", "p50 ms", "p99 ms", "worst ms", "plain SQLite p50 ms", "p50, times plain"),
        [
            ("/metrics, no runs yet", *_row(*small)),
            *((address, *_row(*found)) for address, found in large.items()),
        ],
    )
    yield Goal(f"agent: p99 of /metrics with {SESSIONS} open sessions", small[0].p99, SCRAPE_MILLISECONDS, "ms")
    for address in ("/api/runs", "/metrics", "/api/reliability"):
        yield Goal(f"agent: p99 of {address} with {STORED:,} runs", large[address][0].p99, MILLISECONDS, "ms")


def _row(asked: Latency, plain: Latency) -> tuple[str, ...]:
    return (*asked.cells(), shown(plain.p50), f"{asked.p50 / plain.p50:.1f}")


async def _measured(stored: int, queued: int, addresses: tuple[str, ...]) -> dict[str, tuple[Latency, Latency]]:
    async with Stage.set() as stage:
        await seed(stage, stored, queued)
        # The first runs of the queue are at work meanwhile: they hang, and the heartbeat renews their leases.
        async with stage.agent() as life:
            await stage.ready(life)
            await asyncio.sleep(_QUIET)
            return {address: (await _asked(stage, life, address), _plainly(stage, address)) for address in addresses}


async def seed(stage: Stage, stored: int, queued: int) -> None:
    """A state as years of use would leave it; the newest runs are queued, in all sessions."""
    began = datetime.now(UTC) - timedelta(days=300)
    stage.database.parent.mkdir(parents=True)
    async with SqliteStore.opened(stage.database) as store, store.transaction() as records:
        await records.projects.save(Project("demo", str(stage.folder / "repos" / "demo"), "main", began))
        for number in range(1, SESSIONS + 1):
            await records.sessions.next_id()
            await records.sessions.add(_session(stage.folder, number, began))
        for first in range(0, stored, _BATCH):
            batch = (_run(each, began, is_queued=each >= stored - queued) for each in range(first, first + _BATCH))
            await asyncio.gather(*map(records.runs.add, batch))


def _session(folder: Path, number: int, began: datetime) -> Session:
    person = PEOPLE[number % len(PEOPLE)]
    workspace = folder / "workspaces" / f"S{number}"
    workspace.mkdir(parents=True)
    return Session(
        id=f"S{number}",
        project_id="demo",
        chat_id=person,
        owner_id=person,
        workspace=str(workspace),
        branch=f"tocsin/S{number}",
        profile="standin",
        created_at=began,
        last_activity_at=began + timedelta(days=number),
        chosen_at=began + timedelta(days=number),
    )


def _run(number: int, began: datetime, *, is_queued: bool) -> Run:
    session, created = 1 + number % SESSIONS, began + timedelta(minutes=number)
    run = Run(
        id=f"{number:08x}-0000-4000-8000-000000000000",
        session_id=f"S{session}",
        project_id="demo",
        chat_id=PEOPLE[session % len(PEOPLE)],
        requested_by=PEOPLE[session % len(PEOPLE)],
        profile="standin",
        prompt="[[hang]]",
        created_at=created,
        traceparent=f"00-{number:032x}-{number:016x}-01",
    )
    return run if is_queued else _ended(run, number, created)


def _ended(run: Run, number: int, created: datetime) -> Run:
    state = (RunState.COMPLETED, RunState.COMPLETED, RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED)[
        number % 5
    ]
    return replace(
        run,
        state=state,
        started_at=created + timedelta(seconds=1),
        finished_at=created + timedelta(seconds=31 + number % 60),
        error=ErrorCode.UNKNOWN if state is RunState.FAILED else None,
        summary="I looked around, changed three files and ran the tests, which pass. " * 3,
    )


async def _asked(stage: Stage, life: Life, address: str) -> Latency:
    """One after the other, as Prometheus and a person do."""
    seconds = []
    for _ in range(_WARM + _ASKED):
        began = time.perf_counter()
        async with stage.session.get(f"{life.url}{address}") as answer:
            answer.raise_for_status()
            await answer.read()
        seconds.append(time.perf_counter() - began)
    return Latency.of(seconds[_WARM:])


def _plainly(stage: Stage, address: str) -> Latency:
    seconds = []
    with closing(sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True)) as connection:
        for _ in range(_WARM + _ASKED):
            began = time.perf_counter()
            for query in _PLAIN[address]:
                connection.execute(query).fetchall()
            seconds.append(time.perf_counter() - began)
    return Latency.of(seconds[_WARM:])
