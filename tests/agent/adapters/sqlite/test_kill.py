"""Kills a process at random points while it writes and backs up: what it had said was committed is there."""

import gzip
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from agent.adapters.sqlite import SqliteBackups, SqliteStore
from agent.domain.inbox import Source

class Clock:
    def now(self): return datetime.now(UTC)

async def main(folder):
    backups = SqliteBackups(folder / "state.db", folder / "backups", keep_days=30, clock=Clock())
    async with SqliteStore.opened(folder / "state.db") as store:
        async with store.reading() as records:
            number = int(await records.controls.value("count") or 0)
        while True:
            number += 1
            async with store.transaction() as records:
                await records.inbox.accept(Source.TELEGRAM, str(number), "x" * 500, datetime.now(UTC))
                await records.controls.keep("count", str(number))
            print(number, flush=True)
            if number % 40 == 0:
                await backups.make()

asyncio.run(main(Path(sys.argv[1])))
"""


def killed_after(folder: Path, seconds: float) -> int:
    """Let it write for a while, kill it, and answer the last number that it said was committed."""
    command = [sys.executable, "-c", WRITER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        said = [first, *process.stdout]
    whole = [line for line in said if line.endswith("\n")]
    return int(whole[-1]) if whole else 0


@pytest.mark.parametrize("seed", range(8))
def test_what_was_committed_survives_every_kill(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(2):
        last = killed_after(tmp_path, chance.uniform(0, 0.25))

        with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (count,) = connection.execute("SELECT value FROM controls WHERE key = 'count'").fetchone()
            (rows,) = connection.execute("SELECT count(*) FROM inbox").fetchone()
        assert int(count) == rows
        assert rows >= last

    for archive in (tmp_path / "backups").glob("*.gz"):
        copy = tmp_path / "copy.db"
        copy.write_bytes(gzip.decompress(archive.read_bytes()))
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
