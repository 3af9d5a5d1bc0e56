"""The agent, which kills itself at a named point: `python killing_agent.py`, with the point in KILL_AT.

Only tests start it. What it wraps is the real thing, and until the point is reached nothing is different; so the
product needs no hooks for its tests.
"""

import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, NoReturn

import aiosqlite

from agent.adapters.http import runs as http_runs
from agent.adapters.http.alert_intake import AlertIntake
from agent.adapters.runner import CliRunner
from agent.adapters.sqlite import SqliteStore, backup
from agent.adapters.sqlite.small import SqliteKeyed
from agent.adapters.telegram.chat import TelegramChat
from agent.adapters.telegram.intake import Intake
from agent.adapters.webhook import WebhookSink
from agent.cli import main
from agent.services.approvals import Approvals
from agent.services.runs import Runs
from agent.services.work import Work

Wrapped = Callable[..., Any]


def die(*_arguments: object) -> NoReturn:
    """As `kill -9`, from inside: nothing is flushed, closed or told."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives SIGKILL")


def _before(owner: object, name: str) -> None:
    setattr(owner, name, die)


def _after(owner: type, name: str) -> None:
    original: Wrapped = getattr(owner, name)

    async def wrapped(*arguments: object, **named: object) -> NoReturn:
        await original(*arguments, **named)
        die()

    setattr(owner, name, wrapped)


def _in_migration() -> None:
    """Everything of a step is done but the commit."""
    original: Wrapped = aiosqlite.Connection.executescript

    async def cut(connection: aiosqlite.Connection, script: str) -> NoReturn:
        await original(connection, script.removesuffix("COMMIT;"))
        die()

    aiosqlite.Connection.executescript = cut  # type: ignore[method-assign, assignment]


def _in_packing() -> None:
    """The copy is made and verified, and half of the archive is written."""

    def half(copy: Any, packed: Any) -> NoReturn:  # noqa: ANN401 - paths
        packed.write_bytes(copy.read_bytes()[:100])
        die()

    backup._pack = half


def _at_commit(number: int, *, before: bool) -> None:
    """The transaction of that number in this life, whatever it is about, or the next one that comes to its end."""
    original, count = SqliteStore.transaction, 0

    @asynccontextmanager
    async def counted(store: SqliteStore) -> AsyncIterator[Any]:
        nonlocal count
        count += 1
        this = count
        async with original(store) as records:
            yield records
            if this >= number and before:
                die()
        if this >= number:
            die()

    SqliteStore.transaction = counted  # type: ignore[method-assign, assignment]


POINTS: Final[dict[str, Callable[[], None]]] = {
    "before an update is kept": lambda: _before(Intake, "_accepted"),
    "after an update is kept": lambda: _after(Intake, "_accepted"),
    "after an alert is kept": lambda: _after(AlertIntake, "take"),
    "after a prompt is accepted, before its commit": lambda: _after(Runs, "accept"),
    "after a key and its run are written, before their commit": lambda: _after(SqliteKeyed, "add"),
    "after a key and its run are committed, before the answer": lambda: _before(http_runs, "_place"),
    "after a run is committed as running, before it is started": lambda: _before(CliRunner, "start"),
    "after the CLI is spawned": lambda: _after(CliRunner, "_spawn"),
    "after the terminal event": lambda: _before(Work, "_conclude"),
    "after the ending is kept": lambda: _after(Work, "_conclude"),
    "after a question is kept": lambda: _after(Work, "_conclude"),
    "after an answer is taken, before its commit": lambda: _after(Approvals, "decide"),
    "before a message is sent": lambda: _before(TelegramChat, "deliver"),
    "after a message is sent": lambda: _after(TelegramChat, "deliver"),
    "before an alert is sent": lambda: _before(WebhookSink, "send"),
    "after an alert is sent": lambda: _after(WebhookSink, "send"),
    "during a migration": _in_migration,
    "before a backup is copied": lambda: _before(backup, "_copy"),
    "during a backup": _in_packing,
}


def arm(point: str) -> None:
    """Set the trap."""
    kind, _, number = point.rpartition(" ")
    if kind in {"before commit", "after commit"}:
        _at_commit(int(number), before=kind.startswith("before"))
    else:
        POINTS[point]()


if __name__ == "__main__":
    arm(os.environ["KILL_AT"])
    sys.exit(main([]))
