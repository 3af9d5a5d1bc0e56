"""The agent as a process beside a sandbox of the Bot API, in a folder of its own; and whatever it is compared with."""

import asyncio
import contextlib
import os
import subprocess
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import aiohttp

from agent.sandbox.bot import DEFAULT_TOKEN
from agent.sandbox.launch import launched
from agent.sandbox.remote import Remote
from benchmarks.process import MEGABYTE, PYTHON, ROOT

PEOPLE: Final = tuple(range(1001, 1101))
"""Who chats; a private chat has the number of its person."""

TOKEN: Final = "benchmark-token"  # noqa: S105 - nobody listens but this benchmark
_AT_WORK: Final = b"The agent is at work: "
_PATIENCE: Final = 60.0
_LOOK_AGAIN: Final = 0.002
_GIT: Final = ("git", "-c", "user.name=Bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false")


@dataclass(frozen=True, slots=True)
class Life:
    """A process that was started.

    Attributes:
        began: Unix time right before it existed.
        seconds: from then until it said that it was at work; 0 for one that does not say.
        url: where its API is, or empty.
    """

    process: Process
    began: float
    seconds: float
    url: str

    @property
    def resident(self) -> float:
        """What it holds in memory now, in MB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS:"))
        return int(kilobytes) * 1024 / MEGABYTE

    @property
    def cpu(self) -> float:
        """How many seconds of processor time it has taken so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Stage:
    """What outlives the processes that are measured."""

    folder: Path
    remote: Remote
    session: aiohttp.ClientSession

    @classmethod
    @asynccontextmanager
    async def set(cls) -> AsyncIterator["Stage"]:
        """A sandbox, and a project of one commit."""
        with TemporaryDirectory(prefix="tocsin-bench-") as folder:
            _make_repository(Path(folder, "repos", "demo"))
            async with launched("--chat", str(PEOPLE[0])) as url, aiohttp.ClientSession() as session:
                yield cls(Path(folder), Remote(session, url), session)

    @property
    def database(self) -> Path:
        """The agent's state."""
        return self.folder / "data" / "state.db"

    @property
    def environment(self) -> dict[str, str]:
        """What the agent is started with."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "TELEGRAM_BOT_TOKEN": DEFAULT_TOKEN,
            "TELEGRAM_BASE_URL": f"{self.remote.url}/bot",
            "TELEGRAM_USERS": ",".join(f"{person}:admin" for person in PEOPLE),
            "TELEGRAM_ADMIN_CHAT_ID": str(PEOPLE[0]),
            "DATA_DIR": str(self.folder / "data"),
            "REPOS_ROOT": str(self.folder / "repos"),
            "WORKSPACES_ROOT": str(self.folder / "workspaces"),
            "ALERTMANAGER_WEBHOOK_TOKEN": TOKEN,
            "BIND_PORT": "0",
            "RUN_KILL_GRACE_SEC": "1",
        }

    @asynccontextmanager
    async def agent(self, *module: str, **environment: str) -> AsyncIterator[Life]:
        """The agent, at work; stopped at the end. `module` is another way to start it, with its arguments."""
        async with _started(module or ("agent",), self.environment | environment) as (process, began):
            url = await asyncio.wait_for(_url_of(process), _PATIENCE)
            yield Life(process, began, time.time() - began, url)

    @asynccontextmanager
    async def echo(self) -> AsyncIterator[Life]:
        """The bot that everything is compared with, asking for updates; stopped at the end."""
        before = await self.calls()
        module = ("benchmarks.agent_echo", f"{self.remote.url}/bot", DEFAULT_TOKEN)
        async with _started(module, {"PATH": os.environ["PATH"]}) as (process, began):
            asked = await self.remote.called("getUpdates", after=before, timeout=_PATIENCE)
            yield Life(process, began, asked[0]["at"] - began, "")

    async def calls(self) -> int:
        """How many calls of bots the sandbox has had."""
        return int((await self.remote.get("state"))["calls"])

    async def ready(self, life: Life) -> float:
        """Wait for readiness; seconds from before the process existed until the probe said 200."""
        while True:
            async with self.session.get(f"{life.url}/health/ready") as answer:
                if answer.status == 200:
                    return time.time() - life.began
            await asyncio.sleep(_LOOK_AGAIN)


@asynccontextmanager
async def _started(module: tuple[str, ...], environment: Mapping[str, str]) -> AsyncIterator[tuple[Process, float]]:
    began = time.time()
    process = await asyncio.create_subprocess_exec(
        PYTHON, "-m", *module, cwd=ROOT, env=environment, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
    )
    try:
        yield process, began
    finally:
        await stopped(process)


async def stopped(process: Process) -> None:
    """End it by its own pid: kindly, and if need be not."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _url_of(process: Process) -> str:
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    while line := await process.stdout.readline():
        if line.startswith(_AT_WORK):
            return line.removeprefix(_AT_WORK).decode().strip()
    raise RuntimeError(f"the agent ended with {await process.wait()} before it was at work")


def _make_repository(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "README.md").write_text("# Demo\n", encoding="utf-8")
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "Begin")):
        subprocess.run([*_GIT, *arguments], cwd=path, check=True)
