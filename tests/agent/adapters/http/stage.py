"""The real application on loopback over all services; the store is the fake, or a real one where a test says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp

from agent.adapters.http import AlertIntake, Desk, EventStream, application, serving
from agent.adapters.telegram import Intake, Webhook
from agent.domain.approval import Scope
from agent.domain.error_codes import ErrorCode
from agent.domain.run import Run
from agent.services.alerts import HookRules
from agent.services.quality import Quality
from agent.services.triggers import Triggers
from agent.settings.model import ApiKey, Http
from agent.settings.secret import Secret
from tests.agent.services.agency import Agency

ALERT_TOKEN = "alertmanager-token"  # noqa: S105 - of this test
TELEGRAM_SECRET = "telegram-secret"  # noqa: S105 - of this test
READER, WRITER, ADMIN, NARROW = "reader-key", "writer-key", "admin-key", "narrow-key"
KEYS = tuple(
    ApiKey(Secret(key), frozenset(scopes))
    for key, scopes in (
        (READER, {"api:read"}),
        (WRITER, {"api:write"}),
        (ADMIN, {"admin:*"}),
        (NARROW, {"runs:read"}),
    )
)


def desk_of(agency: Agency, folder: Path, *, keys: tuple[ApiKey, ...] = (), **changes: Any) -> Desk:  # noqa: ANN401
    """A desk over an agency's services, everything on it."""
    stream = EventStream(agency.clock)
    agency.journal._observer.add(stream)  # type: ignore[attr-defined]
    desk = Desk(
        journal=agency.journal,
        ids=agency.ids,
        runs=agency.runs,
        approvals=agency.approvals,
        recovery=agency.recovery,
        sessions=agency.sessions,
        containing=agency.containing,
        triggers=Triggers(),
        quality=Quality("local"),
        breakers=agency.breakers,
        health=agency.health,
        snapshots=agency.snapshots,
        metrics=agency.metrics,
        stream=stream,
        profiles=agency.profiles,
        missing=agency.runner.missing,
        log_of=lambda run_id: folder / f"{run_id}.log",
        http=Http("127.0.0.1", 0, keys),
        hook=HookRules(enabled=True),
        organization="local",
        max_concurrent_runs=2,
        version="1.2.3",
        telegram_webhook=Webhook(Intake(agency.store, agency.clock, lambda: None), Secret(TELEGRAM_SECRET)),
        alert_intake=AlertIntake(agency.store, agency.clock, Secret(ALERT_TOKEN), lambda: None),
    )
    return replace(desk, **changes)


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: Any, body: bytes, json: Any) -> None:  # noqa: ANN401
        self.status = status
        self.headers = headers
        self.body = body
        self.json = json

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return str(self.json["error"]["code"])


class Client:
    """Speaks to the application over a real socket."""

    def __init__(self, agency: Agency, desk: Desk, session: aiohttp.ClientSession, url: str) -> None:
        self.agency = agency
        self.desk = desk
        self.session = session
        self.url = url

    async def call(self, method: str, path: str, **options: Any) -> Answer:  # noqa: ANN401
        async with self.session.request(method, self.url + path, **options) as response:
            body = await response.read()
            json = await response.json() if response.content_type == "application/json" and body else None
            return Answer(response.status, response.headers, body, json)

    async def get(self, path: str, **options: Any) -> Answer:  # noqa: ANN401
        return await self.call("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Answer:  # noqa: ANN401
        return await self.call("POST", path, **({"json": body} if body is not None else {}), **options)

    async def raw(self, lines: str, body: bytes = b"") -> bytes:
        """What the server answers to bytes that no client would send."""
        host, port = self.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(lines.replace("\n", "\r\n").encode("latin-1") + b"\r\n" + body)
        try:
            return await asyncio.wait_for(reader.read(65536), 10)
        finally:
            writer.close()


@asynccontextmanager
async def client_of(agency: Agency, desk: Desk) -> AsyncIterator[Client]:
    async with serving(application(desk), "127.0.0.1", 0) as url, aiohttp.ClientSession() as session:
        yield Client(agency, desk, session, url)


async def failed_run(agency: Agency) -> Run:
    """A run that went wrong, in session S1."""
    run = await agency.ask()
    async with agency.journal.writing() as writing:
        return await agency.endings.fail(writing, run, ErrorCode.CODEX_EXIT_NONZERO, "exit code 3")


async def waiting_run(agency: Agency, scope: Scope = Scope.WRITE) -> tuple[Run, str]:
    """A run that waits for an approval, and the approval's id."""
    run = await agency.ask("dangerous")
    async with agency.journal.writing() as writing:
        waiting = await agency.approvals.request(writing, run, scope, "rm -rf build", tool="Bash")
        (asked,) = await writing.records.approvals.of_run(run.id)
    return waiting, asked.id
