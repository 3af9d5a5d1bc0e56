"""A disk that is full, read-only or has rotted: reading works, writing says why it does not, and nothing is lost."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from . import processes
from .alertmanager import TOKEN, firing, post
from .stage import Life, Stage
from .talk import PERSON

SENTENCE: Final = "System in read-only mode. Writes disabled."
PROMISE: Final = "Your message is kept and will be taken up as soon as writing is possible again."
PATIENCE: Final = 40
"""Polling looks again after half a minute at most."""


class Disk:
    """A small file system of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """To the last byte."""
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x" * 4096)
            except OSError:
                return

    def make_room(self) -> None:
        (self.folder / "filler").unlink()

    def refuse_writes(self) -> None:
        """Nobody may have a file open for writing."""
        _mount("-o", "remount,ro", str(self.folder))

    def take_writes(self) -> None:
        _mount("-o", "remount,rw", str(self.folder))


@pytest.fixture
def disk(stage: Stage) -> Iterator[Disk]:
    """Where the agent of the stage keeps everything."""
    with _mounted(stage.folder / "disk") as made:
        stage.environment |= {"DATA_DIR": str(made.folder / "data"), "ALERTMANAGER_WEBHOOK_TOKEN": TOKEN}
        yield made


async def test_on_a_full_disk_reading_works_and_what_was_refused_is_done_when_there_is_room(
    stage: Stage, disk: Disk
) -> None:
    life = await stage.start()
    talk = stage.talk()
    session = await talk.opens()
    disk.fill()
    await _reads(stage, life)
    await _refuses(stage, life, session)
    waiting = stage.talk()
    told = await waiting.asks("[[say done later]]", "read-only")
    assert told["text"].splitlines() == [f"⚠️ {SENTENCE}", PROMISE]
    disk.make_room()
    await waiting.sees("Done.*done later", timeout=PATIENCE)
    assert await post(stage.session, life.url, firing("Room")) == 200
    await stage.remote.see(PERSON, "Room")
    assert await life.stop() == 0
    assert stage.rows("PRAGMA integrity_check")[0][0] == "ok"


async def test_a_run_that_ends_while_the_disk_is_full_ends_as_it_did_when_there_is_room(
    stage: Stage, disk: Disk
) -> None:
    await stage.start()
    talk = stage.talk()
    session = await talk.opens()
    await talk.says("[[sleep 0.5; say done in between]]")
    await stage.until("SELECT 1 FROM runs WHERE session_id = ? AND pid > 0", session)
    disk.fill()
    assert await processes.gone(stage.folder) == []
    disk.make_room()
    await talk.sees("Done.*done in between")
    assert [row["state"] for row in stage.rows("SELECT state FROM runs")] == ["completed"]
    assert len(stage.executions()) == 1


async def test_an_agent_that_starts_on_a_full_disk_serves_readers_and_tidies_up_when_there_is_room(
    stage: Stage, disk: Disk
) -> None:
    life = await stage.start()
    talk = stage.talk()
    session = await talk.opens()
    await talk.says("[[say begun; sleep 60]]")
    await stage.until("SELECT 1 FROM runs WHERE session_id = ? AND pid > 0", session)
    await life.kill()
    disk.fill()
    life = await stage.start()
    await _reads(stage, life)
    await _refuses(stage, life, session)
    disk.make_room()
    told = await talk.sees("ERR_", timeout=PATIENCE)
    assert "The agent was restarted while this run was at work" in told["text"]
    assert len(stage.executions()) == 1
    assert await life.stop() == 0


@pytest.mark.parametrize("was_killed", [True, False], ids=["after a kill", "after an orderly end"])
async def test_an_agent_that_starts_on_a_read_only_disk_serves_readers_and_writes_when_it_can(
    stage: Stage, disk: Disk, was_killed: bool
) -> None:
    life = await stage.start()
    talk = stage.talk()
    session = await talk.opens()
    await (life.kill() if was_killed else life.stop())
    disk.refuse_writes()
    life = await stage.start()
    assert "orchestrator.log cannot be written: Read-only file system" in life.said()
    await _reads(stage, life)
    await _refuses(stage, life, session)
    disk.take_writes()
    await talk.asks("[[say written again]]", "Done.*written again", timeout=PATIENCE)
    assert await life.stop() == 0
    assert stage.rows("PRAGMA integrity_check")[0][0] == "ok"


async def _reads(stage: Stage, life: Life) -> None:
    assert (await life.get("/health/live"))["status"] == "alive"
    assert [each["status"] for each in await life.get("/api/sessions")] == ["active"]
    assert isinstance(await life.get("/api/runs"), list)
    assert 'televibe_health_check{check="database"} 1.0' in await life.text("/metrics")
    assert "Status" in (await stage.talk().asks("/status", "."))["text"]
    assert "demo" in (await stage.talk().asks("/projects", "."))["text"]


async def _refuses(stage: Stage, life: Life, session: str) -> None:
    status, body = await life.post("/api/runs", {"session_id": session, "prompt": "[[say never]]"})
    assert (status, body["error"]["code"], body["error"]["message"]) == (503, "read_only", SENTENCE)
    assert await post(stage.session, life.url, firing("NoRoom")) == 503  # Alertmanager repeats only after a 5xx
    assert [each for each in await life.get("/api/runs") if "never" in each["prompt"]] == []


@contextmanager
def _mounted(folder: Path) -> Iterator[Disk]:
    folder.mkdir()
    try:
        _mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder))
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip("a disk of its own takes root and the right to mount; run this tier where there is both")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)
