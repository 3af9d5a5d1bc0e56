"""A stage for the agent as a process: a real sandbox beside it, a real repository, real CLIs, and many lives."""

import asyncio
import contextlib
import itertools
import os
import re
import socket
import sqlite3
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import aiohttp

from agent.sandbox.bot import DEFAULT_TOKEN
from agent.sandbox.launch import launched
from agent.sandbox.remote import Remote

from .profiles import profiles_in
from .talk import PERSON, Talk
from .waiting import until

ROOT: Final = Path(__file__).parents[3]
READY_WITHIN: Final = 30.0
GONE_WITHIN: Final = 30.0
AGENT: Final = ("-m", "agent")
_SERVES: Final = re.compile(rb"The agent (?:is at work|serves only its health: the database is damaged): (\S+)")
_GIT: Final = ("git", "-c", "user.name=Tester", "-c", "user.email=tester@localhost", "-c", "commit.gpgsign=false")


@dataclass(slots=True)
class Life:
    """One life of the agent.

    Attributes:
        errors: what it has written to standard error, which is its log.
        announced: what it has said of itself when it began to serve.
    """

    process: Process
    session: aiohttp.ClientSession
    errors: Path
    url: str = ""
    announced: str = ""

    @property
    def pid(self) -> int:
        return self.process.pid

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """`GET`, as JSON."""
        async with self.session.get(f"{self.url}{path}") as answer:
            return await answer.json()

    async def text(self, path: str) -> str:
        """`GET`, as text."""
        async with self.session.get(f"{self.url}{path}") as answer:
            return await answer.text()

    async def post(self, path: str, body: object, **headers: str) -> tuple[int, Any]:
        """`POST` of JSON: the status and the JSON that came back."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.post(f"{self.url}{path}", json=body, headers=named) as answer:
            return answer.status, await answer.json()

    async def at_work(self) -> Self:
        """Wait until it serves."""
        self.url = await asyncio.wait_for(_url_of(self), READY_WITHIN)
        return self

    async def kill(self) -> None:
        """As `kill -9`."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """As a supervisor does; answers the exit code."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        return await self.end()

    async def end(self) -> int:
        """Wait for the end that somebody else has caused; answers the exit code."""
        return await asyncio.wait_for(self.process.wait(), GONE_WITHIN)

    def said(self) -> str:
        """Its log so far."""
        return self.errors.read_text(encoding="utf-8", errors="replace")


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
    _chats: Iterator[int] = field(default_factory=lambda: itertools.count(5001))

    @classmethod
    @asynccontextmanager
    async def set(cls, folder: Path, **environment: str) -> AsyncIterator[Self]:
        """A stage with an empty project `demo`; whoever still lives at the end is killed, its CLIs too."""
        make_repository(folder / "repos" / "demo")
        async with launched("--chat", str(PERSON)) as url, aiohttp.ClientSession() as session:
            stage = cls(folder, Remote(session, url), session, _environment(folder, url) | environment)
            try:
                yield stage
            finally:
                for life in stage.lives:
                    await life.kill()

    @property
    def data(self) -> Path:
        return Path(self.environment["DATA_DIR"])

    @property
    def database(self) -> Path:
        """The state of the agent."""
        return self.data / "state.db"

    async def start(self, *program: str, **environment: str) -> Life:
        """The next life, at work."""
        return await (await self.launch(*program, **environment)).at_work()

    async def launch(self, *program: str, **environment: str) -> Life:
        """The next life, which may still be starting, or never get there."""
        errors = self.folder / f"stderr-{len(self.lives) + 1}.log"
        with errors.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *(program or AGENT),
                env={**self.environment, **environment},
                cwd=self.folder,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=log,
                start_new_session=True,
            )
        life = Life(process, self.session, errors)
        self.lives.append(life)
        return life

    async def command(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        """Any `tocsin-agent` command, to its end: exit code, standard output and standard error."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *AGENT,
            *arguments,
            env={**self.environment, **environment},
            cwd=self.folder,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
        )
        output, errors = await asyncio.wait_for(process.communicate(), GONE_WITHIN)
        return await process.wait(), output.decode(), errors.decode()

    def talk(self, person: int = PERSON, chat_id: int = 0) -> Talk:
        """A chat of its own for each test: nobody waits for what is said in another, nor for its pace."""
        return Talk(self.remote, chat_id or next(self._chats), person)

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """What the database says, read by somebody else."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query, values).fetchall()

    def rewrite(self, statement: str, *values: object) -> None:
        """Change the database behind the agent's back, while it is down."""
        with contextlib.closing(sqlite3.connect(self.database, isolation_level=None)) as connection:
            connection.execute(statement, values)

    def executions(self) -> list[str]:
        """The id of a run for each time that its CLI was started, in all lives."""
        ledger = self.folder / "executions"
        return ledger.read_text(encoding="ascii").split() if ledger.exists() else []

    async def until(self, query: str, *values: object, seconds: float = 10.0) -> list[sqlite3.Row]:
        """Wait until the database has rows for a query, looking rather than guessing how long it takes."""
        return await until(lambda: self.rows(query, *values), seconds)


def make_repository(path: Path) -> None:
    """A repository with one commit."""
    path.mkdir(parents=True)
    (path / "README.md").write_text("# Demo\n", encoding="utf-8")
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "Begin")):
        subprocess.run([*_GIT, *arguments], cwd=path, check=True)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


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
        "PROFILES_FILE": str(profiles_in(folder)),
        "BIND_PORT": "0",
        "RUN_KILL_GRACE_SEC": "1",
        "STANDIN_PACE": "0.01",
        "PYTHONPATH": str(ROOT),
    }


async def _url_of(life: Life) -> str:
    output = life.process.stdout
    while output is not None and (line := await output.readline()):
        if found := _SERVES.match(line):
            life.announced = line.decode()
            return found[1].decode()
    raise AssertionError(f"the agent ended with {await life.process.wait()} before it was at work:\n{life.said()}")
