"""What Claude's hook costs: every tool call waits for it, so it may take little longer than its imports."""

import asyncio
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from agent.adapters.sqlite import SqliteStore
from agent.domain.approval import Scope, grant
from agent.domain.run import Run, RunState
from agent.domain.session import Session
from agent.hook import RUN_VARIABLE, notes_of
from benchmarks.process import PYTHON, ROOT, Cost, typical
from benchmarks.report import Goal, shown, table

RUNS: Final = 15
TIMES: Final = 3.0
"""How many times as long as a Python that only imports `json` and `sqlite3`."""

_RUN: Final = "r1"
_ISOLATED: Final = (PYTHON, "-I", "-S")
_HOOK: Final = (*_ISOLATED, str(ROOT / "agent" / "hook.py"), "--database")


def measure() -> Iterator[Goal]:
    """Print the table and give the goals."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        bare, imports, asks, passes = _measured(Path(folder))
    rows = {
        "python -c pass": bare,
        "python -c 'import json, sqlite3'": imports,
        "hook, a person is to be asked": asks,
        "hook, let through and noted": passes,
    }
    table(
        f"Claude's hook, once per tool call (medians of {RUNS} runs)",
        ("process", "wall ms", "cpu ms", "peak MB", "wall, times imports"),
        [_row(name, cost, imports) for name, cost in rows.items()],
    )
    yield Goal("hook that asks: wall time, times Python with its imports", asks.seconds / imports.seconds, TIMES)
    yield Goal("hook that lets through: the same", passes.seconds / imports.seconds, TIMES)


def _row(name: str, cost: Cost, baseline: Cost) -> tuple[str, ...]:
    times = shown(cost.seconds / baseline.seconds)
    return name, shown(1000 * cost.seconds), shown(1000 * cost.cpu), shown(cost.megabytes), times


def _measured(folder: Path) -> list[Cost]:
    asking, granting = folder / "asking" / "state.db", folder / "granting" / "state.db"
    asyncio.run(_prepare(asking))
    asyncio.run(_prepare(granting, grant(Scope.SHELL, datetime.now(UTC) + timedelta(hours=1))))
    event = folder / "event.json"
    event.write_text(json.dumps({"tool_name": "Bash", "tool_use_id": "t1", "tool_input": {"command": "make test"}}))
    found = typical(
        RUNS,
        lambda _: (*_ISOLATED, "-c", "pass"),
        lambda _: (*_ISOLATED, "-c", "import json, sqlite3"),
        lambda _: (*_HOOK, str(asking)),
        lambda _: (*_HOOK, str(granting)),
        given=str(event),
        environment={RUN_VARIABLE: _RUN},
    )
    if notes_of(asking, _RUN).exists() or not notes_of(granting, _RUN).exists():
        raise RuntimeError("the hook has not answered as it should")
    return found


async def _prepare(database: Path, *scopes: str) -> None:
    now = datetime.now(UTC)
    session = Session(
        id="S1",
        project_id="app",
        chat_id=7,
        owner_id=7,
        workspace="/w",
        branch="b",
        profile="default",
        created_at=now,
        last_activity_at=now,
        chosen_at=now,
        allowed_scopes=scopes,
    )
    run = Run(
        id=_RUN,
        session_id="S1",
        project_id="app",
        chat_id=7,
        requested_by=7,
        profile="default",
        prompt="",
        created_at=now,
        started_at=now,
        state=RunState.RUNNING,
    )
    async with SqliteStore.opened(database) as store, store.transaction() as records:
        await records.sessions.add(session)
        await records.runs.add(run)
