"""Holds backups to having everything, to their documented name, and to coming back."""

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent.adapters.sqlite import SqliteBackups, SqliteStore, restore
from agent.adapters.sqlite.backup import verify
from agent.errors import BackupError
from tests.agent.fakes import FakeClock
from tests.agent.makers import make_run

DAY = 86_400


def backups(tmp_path: Path, clock: FakeClock | None = None) -> SqliteBackups:
    return SqliteBackups(tmp_path / "state.db", tmp_path / "backups", keep_days=30, clock=clock or FakeClock())


async def fill(store: SqliteStore, count: int = 100) -> None:
    async with store.transaction() as records:
        for number in range(count):
            await records.runs.add(make_run(id=f"r{number}"))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def runs_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM runs").fetchone()[0])


async def test_a_backup_has_what_is_only_in_the_write_ahead_log(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        await fill(store)
        made = await backups(tmp_path).make()
        shutil.copy(tmp_path / "state.db", tmp_path / "naive.db")

    unpacked = tmp_path / "copy.db"
    unpacked.write_bytes(gzip.decompress(made.read_bytes()))
    assert runs_in(unpacked) == 100


async def test_its_name_is_the_documented_one(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db"):
        made = await backups(tmp_path).make()

    assert made == tmp_path / "backups" / "state-2026-03-01T12-00-00.db.gz"
    assert names(tmp_path / "backups") == {made.name}


async def test_what_a_killed_agent_left_unfinished_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "state-2026-02-28T12-00-00.db.part").touch()
    async with SqliteStore.opened(tmp_path / "state.db"):
        made = await backups(tmp_path).make()

    assert names(tmp_path / "backups") == {made.name}


async def test_the_newest_is_known_by_its_name(tmp_path: Path) -> None:
    clock = FakeClock()
    kept = backups(tmp_path, clock)
    assert kept.newest() is None
    async with SqliteStore.opened(tmp_path / "state.db"):
        await kept.make()

    assert kept.newest() == clock.now()


async def test_old_ones_are_deleted_after_thirty_days_but_never_the_newest(tmp_path: Path) -> None:
    clock = FakeClock()
    kept = backups(tmp_path, clock)
    async with SqliteStore.opened(tmp_path / "state.db"):
        for days in (0, 20, 11):
            clock.advance(days * DAY)
            await kept.make()

    assert len(list(kept.kept())) == 2


async def test_a_copy_with_other_rows_is_refused(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        await fill(store, 1)

    with closing(sqlite3.connect(tmp_path / "state.db")) as connection, pytest.raises(BackupError, match="same rows"):
        verify(connection, {"runs": 2})


async def test_without_a_database_there_is_no_backup_and_nothing_left_over(tmp_path: Path) -> None:
    with pytest.raises(BackupError):
        await backups(tmp_path).make()

    assert names(tmp_path / "backups") == set()


async def test_a_backup_comes_back_and_the_old_files_go_aside(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    async with SqliteStore.opened(database) as store:
        await fill(store, 3)
        made = await backups(tmp_path).make()
        await store._writer.execute("DELETE FROM runs")
    (tmp_path / "state.db-wal").write_bytes(b"stale")

    aside = restore(made, database)

    assert runs_in(database) == 3
    assert {path.name for path in aside} >= {"state.db.corrupted", "state.db-wal.corrupted"}
    assert not (tmp_path / "state.db-wal").exists() or runs_in(database) == 3


@pytest.mark.parametrize(
    "junk",
    [b"no archive", gzip.compress(b"no database" * 1000, mtime=0), gzip.compress(b"", mtime=0)[:12]],
    ids=["no archive", "no database", "cut short"],
)
async def test_a_bad_archive_changes_nothing(tmp_path: Path, junk: bytes) -> None:
    database, archive = tmp_path / "state.db", tmp_path / "bad.db.gz"
    database.write_bytes(b"current")
    archive.write_bytes(junk)

    with pytest.raises(BackupError):
        restore(archive, database)

    assert database.read_bytes() == b"current"
    assert names(tmp_path) == {"state.db", "bad.db.gz"}
