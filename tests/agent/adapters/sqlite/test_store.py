"""Holds the SQLite store to what only a real file can show: the disk that refuses, and two writers in a row."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent.adapters.sqlite import SqliteStore
from agent.errors import StoreCorrupt, StoreReadOnly
from tests.agent.makers import make_run


async def fill_the_disk(store: SqliteStore) -> None:
    pages = (await (await store._writer.execute("PRAGMA page_count")).fetchone() or (0,))[0]
    await store._writer.execute(f"PRAGMA max_page_count = {pages}")


async def add_many(store: SqliteStore) -> None:
    async with store.transaction() as records:
        for number in range(200):
            await records.runs.add(make_run(id=f"r{number}", prompt="x" * 500))


async def read_all(store: SqliteStore) -> None:
    async with store.reading() as records:
        await records.runs.listing(1000)


async def test_a_full_disk_is_a_clear_refusal_and_reading_goes_on(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        await fill_the_disk(store)

        with pytest.raises(StoreReadOnly, match="read-only mode"):
            await add_many(store)

        async with store.reading() as records:
            assert await records.runs.listing(1) == ()


async def test_the_store_works_again_when_there_is_room_again(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        await fill_the_disk(store)
        with pytest.raises(StoreReadOnly):
            await add_many(store)
        await store._writer.execute("PRAGMA max_page_count = 1000000")

        await add_many(store)

        assert await store.check_writes() == ""


async def test_a_refused_write_is_told_by_the_check(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        await store._writer.execute("PRAGMA query_only = ON")

        assert "read-only" in await store.check_writes()


async def test_a_refusal_is_known_at_once_until_a_write_was_taken(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        assert store.refusal == ""
        await fill_the_disk(store)
        with pytest.raises(StoreReadOnly):
            await add_many(store)
        assert "read-only" in store.refusal
        async with store.transaction() as records:
            await records.controls.value("nothing is written here, which a full disk takes")
        assert "read-only" in store.refusal
        await store._writer.execute("PRAGMA max_page_count = 1000000")
        await add_many(store)
        assert store.refusal == ""


async def test_damage_is_found_by_the_integrity_check(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    async with SqliteStore.opened(path) as store:
        await add_many(store)
    with path.open("r+b") as file:
        file.seek(-4096 * 8, os.SEEK_END)
        file.write(b"\xff" * 4096 * 8)

    async with SqliteStore.opened(path) as store:
        assert await store.check_integrity() != ""
        with pytest.raises(StoreCorrupt):
            await read_all(store)


async def test_a_transaction_that_is_cancelled_twice_is_still_rolled_back(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        entered = asyncio.Event()

        async def write() -> None:
            async with store.transaction() as records:
                await records.runs.add(make_run())
                entered.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(write())
        await entered.wait()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        async with store.transaction() as records:
            assert await records.runs.get("r1") is None


async def test_a_broken_constraint_is_a_bug_and_no_disk_fault(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        await add_many(store)

        with pytest.raises(sqlite3.IntegrityError):
            await add_many(store)


async def test_what_was_committed_is_there_for_another_process(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        async with store.transaction() as records:
            await records.runs.add(make_run())
        with closing(sqlite3.connect(tmp_path / "state.db")) as other:
            assert other.execute("SELECT count(*) FROM runs").fetchone() == (1,)
