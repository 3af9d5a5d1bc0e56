"""A stage for the agent as a process: a real sandbox beside it, a real repository, real CLIs, and lives that are killed."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import aiohttp

from agent.sandbox.bot import DEFAULT_TOKEN
from agent.sandbox.launch import launched
from agent.sandbox.remote import Remote

PERSON: Final = 1001
READY_WITHIN: Final = 30.0
GONE_WITHIN: Final = 30.0
_AT_WORK: Final = b"The agent is at work: "
_GIT: Final = ("git", "-c", "user.name=Tester", "-c", "user.email=tester@localhost", "-c", "commit.gpgsign=false")


@dataclass(slots=True)
class Life:
    """One life of the agent."""

    process: Process
    url: str
    stage: "Stage"

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """`GET`, as JSON."""
        async with self.stage.session.get(f"{self.url}{path}") as answer:
            return await answer.json()

    async def text(self, path: str) -> str:
        """`GET`, as text."""
        async with self.stage.session.get(f"{self.url}{path}") as answer:
            return await answer.text()

    async def kill(self) -> None:
        """As `kill -9`."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """As a supervisor does; answers the exit code."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), GONE_WITHIN)


@dataclass(slots=True)
class Stage:
    """Everything that outlives the agent.

    Attributes:
        environment: what each next life is started with.
    """

    folder: Path
    remote: Remote
    session: aiohttp.ClientSession
    environment: dict[str, str]
    lives: list[Life] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def set(cls, folder: Path, **environment: str) -> AsyncIterator[Self]:
        """A stage with an empty project `demo`; whoever still lives at the end is killed."""
        make_repository(folder / "repos" / "demo")
        async with launched("--chat", str(PERSON)) as url, aiohttp.ClientSession() as session:
            stage = cls(folder, Remote(session, url), session, _environment(folder, url) | environment)
            try:
                yield stage
            finally:
                for life in stage.lives:
                    await life.kill()

    @property
    def database(self) -> Path:
        """The state of the agent."""
        return self.folder / "data" / "state.db"

    async def start(self, **environment: str) -> Life:
        """The next life, at work."""
        life = await self.launch(**environment)
        life.url = await asyncio.wait_for(_url_of(life.process), READY_WITHIN)
        return life

    async def launch(self, **environment: str) -> Life:
        """The next life, which may still be starting, or never get there."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "agent",
            env={**self.environment, **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=(self.folder / f"stderr-{len(self.lives) + 1}.log").open("wb"),
            start_new_session=True,
        )
        life = Life(process, "", self)
        self.lives.append(life)
        return life

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """What the database says, read by somebody else."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query, values).fetchall()

    def orphans(self) -> list[int]:
        """Processes that some run has left behind: they carry the run's id in their environment."""
        return [pid for pid in _pids() if b"TOCSIN_RUN_ID=" in _environ(pid) and str(self.folder).encode() in _cwd(pid)]


def make_repository(path: Path) -> None:
    """A repository with one commit."""
    path.mkdir(parents=True)
    (path / "README.md").write_text("# Demo\n", encoding="utf-8")
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "Begin")):
        subprocess.run([*_GIT, *arguments], cwd=path, check=True)


def _environment(folder: Path, sandbox: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TELEGRAM_BOT_TOKEN": DEFAULT_TOKEN,
        "TELEGRAM_BASE_URL": f"{sandbox}/bot",
        "TELEGRAM_USERS": f"{PERSON}:admin",
        "TELEGRAM_ADMIN_CHAT_ID": str(PERSON),
        "DATA_DIR": str(folder / "data"),
        "REPOS_ROOT": str(folder / "repos"),
        "WORKSPACES_ROOT": str(folder / "workspaces"),
        "BIND_PORT": "0",
        "RUN_KILL_GRACE_SEC": "1",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }


async def _url_of(process: Process) -> str:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        if line.startswith(_AT_WORK):
            return line.removeprefix(_AT_WORK).decode().strip()
    raise AssertionError(f"the agent ended with {await process.wait()} before it was at work")


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _environ(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def _cwd(pid: int) -> bytes:
    try:
        return os.readlink(f"/proc/{pid}/cwd").encode()
    except OSError:
        return b""


__all__ = ["GONE_WITHIN", "PERSON", "Life", "Stage", "make_repository", "signal"]
