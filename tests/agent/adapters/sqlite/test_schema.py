"""Holds the schema to its steps, its pragmas, and to not keeping a crashed agent alive."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from agent.adapters.sqlite import SqliteStore
from agent.adapters.sqlite.rows import scalar
from agent.adapters.sqlite.schema import WRITER_PRAGMAS, Migration, connect, migrate, migrations
from agent.domain.incident_history import Happening
from agent.domain.run import Run
from agent.errors import StoreCorrupt, StoreTooNew

GOOD = Migration(1, "one", "CREATE TABLE a (x INTEGER);")
BAD = Migration(2, "two", "CREATE TABLE b (x INTEGER); CREATE TABLE a (x INTEGER);")


async def test_steps_are_numbered_without_gaps() -> None:
    steps = migrations()

    assert [step.version for step in steps] == list(range(1, len(steps) + 1))


async def test_a_new_database_gets_every_step_and_an_old_one_what_it_lacks(tmp_path: Path) -> None:
    db = await connect(str(tmp_path / "x.db"), WRITER_PRAGMAS)

    assert await migrate(db) == len(migrations())
    assert await migrate(db) == 0
    await db.close()


async def test_a_step_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    db = await connect(str(tmp_path / "x.db"), WRITER_PRAGMAS)
    with pytest.raises(Exception, match="already exists"):
        await migrate(db, [GOOD, BAD])

    assert await scalar(db, "SELECT count(*) FROM sqlite_master WHERE name = 'b'") == 0
    assert await scalar(db, "SELECT max(version) FROM schema_version") == 1
    await db.close()


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    db = await connect(str(tmp_path / "state.db"), WRITER_PRAGMAS)
    await migrate(db)
    await db.execute("INSERT INTO schema_version VALUES (999, 'future', '')")
    await db.close()

    with pytest.raises(StoreTooNew):
        await SqliteStore.opened(tmp_path / "state.db").__aenter__()


async def test_something_else_than_a_database_is_refused_as_damaged(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"no database at all, " * 400)

    with pytest.raises(StoreCorrupt):
        await SqliteStore.opened(tmp_path / "state.db").__aenter__()


async def test_the_writer_logs_ahead_and_syncs(tmp_path: Path) -> None:
    db = await connect(str(tmp_path / "x.db"), WRITER_PRAGMAS)

    assert await scalar(db, "PRAGMA journal_mode") == "wal"
    assert await scalar(db, "PRAGMA synchronous") == 2
    assert await scalar(db, "PRAGMA foreign_keys") == 1
    await db.close()


async def test_a_run_has_a_column_for_each_field(tmp_path: Path) -> None:
    db = await connect(str(tmp_path / "x.db"), WRITER_PRAGMAS)
    await migrate(db)
    columns = {row[1] for row in await db.execute_fetchall("PRAGMA table_info(runs)")}
    await db.close()

    assert columns == {field.name for field in fields(Run)} | {"seq"}


async def test_the_documents_table_of_jobs_can_be_queried(tmp_path: Path) -> None:
    db = await connect(str(tmp_path / "x.db"), WRITER_PRAGMAS)
    await migrate(db)

    assert list(await db.execute_fetchall("SELECT * FROM jobs WHERE job_id = ?", ("x",))) == []
    await db.close()


def test_an_open_connection_does_not_keep_a_crashed_process_alive(tmp_path: Path) -> None:
    program = (
        "import asyncio\nfrom agent.adapters.sqlite.schema import connect\n"
        f"async def main():\n    await connect({str(tmp_path / 'x.db')!r}, ())\n    raise SystemExit(3)\n"
        "asyncio.run(main())\n"
    )

    assert subprocess.run([sys.executable, "-c", program], timeout=20, check=False).returncode == 3


async def test_sessions_of_earlier_versions_were_chosen_when_they_were_last_used(tmp_path: Path) -> None:
    db = await connect(str(tmp_path / "x.db"), WRITER_PRAGMAS)
    await migrate(db, migrations()[:4])
    values = "'S1', 'app', 7, 7, '/w', 'b', 'default', 'then', 'later', 0, 'idle', '', '', '[]', NULL"
    await db.execute(f"INSERT INTO sessions VALUES (1, {values})")  # noqa: S608 - the test's own words
    await migrate(db)

    assert await scalar(db, "SELECT chosen_at FROM sessions") == "later"
    await db.close()


async def test_what_earlier_versions_noted_as_sent_is_read_as_the_queueing_that_it_was(tmp_path: Path) -> None:
    db = await connect(str(tmp_path / "state.db"), WRITER_PRAGMAS)
    await migrate(db, [step for step in migrations() if step.version < 8])
    moment = "2026-03-01T12:00:00.000000Z"
    noted = f"(NULL, 'K1', '{moment}', 'message sent', 'in -100', -1, '')"
    await db.execute(f"INSERT INTO incident_history VALUES {noted}")  # noqa: S608 - the test's own words
    await db.close()

    async with SqliteStore.opened(tmp_path / "state.db") as store, store.reading() as records:
        (entry,) = await records.incidents.history("K1")
        assert entry.what is Happening.RANG
