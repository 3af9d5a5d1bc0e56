"""Outgoing alerts, received by a real server."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from agent.adapters.webhook import ID_HEADER, SIGNATURE_HEADER, WebhookSink
from agent.domain.alert import Alert
from agent.settings.secret import Secret
from tests.agent.makers import make_alert

SECRET = Secret("sign-with-this")
PATH = "/hook/T0KEN-IN-THE-PATH"


@dataclass
class Receiver:
    """Notes what came; answers `status`, or nothing at all while it `hangs`, or cuts the line while it `breaks`."""

    status: int = 200
    hangs: bool = False
    breaks: bool = False
    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        if self.hangs:
            await self.released.wait()
        if self.breaks and request.transport is not None:
            request.transport.abort()
        return web.Response(status=self.status, headers={"Location": f"{self.url}/elsewhere"}, text="x" * 100_000)


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[Receiver]:
    app = web.Application()
    app.router.add_post(PATH, receiver.take)
    app.router.add_post(f"{PATH}/elsewhere", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
        yield receiver
    finally:
        receiver.released.set()
        await runner.cleanup()


async def send(url: str, alert: Alert, secret: Secret = SECRET, seconds: float = 3) -> str:
    sink = WebhookSink(url, secret, seconds)
    try:
        return await sink.send(alert)
    finally:
        await sink.close()


async def test_the_payload_is_the_documented_one_and_nothing_more() -> None:
    async with receiving(Receiver()) as receiver:
        assert await send(receiver.url, make_alert(id=17, traceparent="00-a-b-01")) == ""
    assert json.loads(receiver.bodies[0]) == {
        "alert_type": "run.failed",
        "severity": "high",
        "run_id": "r1",
        "agent_id": "default",
        "error_code": "ERR_CODEX_EXIT_NONZERO",
        "ts": "2026-03-01T12:00:00Z",
    }
    headers = receiver.headers[0]
    assert (headers[ID_HEADER], headers["Content-Type"]) == ("17", "application/json")
    assert headers["traceparent"] == "00-a-b-01"
    assert "tracestate" not in headers


async def test_the_signature_is_that_of_the_body() -> None:
    async with receiving(Receiver()) as receiver:
        await send(receiver.url, make_alert())
        await send(receiver.url, make_alert(), Secret(""))
    expected = hmac.new(b"sign-with-this", receiver.bodies[0], hashlib.sha256).hexdigest()
    assert receiver.headers[0][SIGNATURE_HEADER] == f"sha256={expected}"
    assert SIGNATURE_HEADER not in receiver.headers[1]


@pytest.mark.parametrize("status", [201, 204])
async def test_any_success_is_one(status: int) -> None:
    async with receiving(Receiver(status)) as receiver:
        assert await send(receiver.url, make_alert()) == ""


@pytest.mark.parametrize(
    ("status", "reason"),
    [(500, "answered 500"), (404, "answered 404"), (307, "answered 307; redirects are not followed")],
)
async def test_anything_else_is_none_and_redirects_are_not_followed(status: int, reason: str) -> None:
    async with receiving(Receiver(status)) as receiver:
        assert await send(receiver.url, make_alert()) == reason
    assert len(receiver.bodies) == 1


async def test_silence_ends_at_the_deadline() -> None:
    async with receiving(Receiver(hangs=True)) as receiver:
        assert await send(receiver.url, make_alert(), seconds=0.2) == "no answer within 0.2 s"


async def test_a_cut_line_and_a_closed_door_are_said_without_the_address() -> None:
    async with receiving(Receiver(breaks=True)) as receiver:
        cut = await send(receiver.url, make_alert())
    closed = await send(receiver.url, make_alert())
    assert (cut, closed) == ("the connection broke before the answer came", "no connection")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org/T0KEN", "the address of the webhook is not HTTPS"),
        ("ftp://example.org/T0KEN", "the address of the webhook is not valid"),
        ("https://[T0KEN", "the address of the webhook is not valid"),
        ("https:///T0KEN", "the address of the webhook is not valid"),
        ("", "the address of the webhook is not valid"),
        ("https://user:T0KEN@127.0.0.1:9/T0KEN", "no connection"),
        ("https://127.0.0.1:99999/T0KEN", "the address of the webhook is not valid"),
    ],
)
async def test_a_bad_address_is_said_and_never_shown(url: str, reason: str) -> None:
    said = await send(url, make_alert())
    assert "T0KEN" not in said
    assert said == reason


async def test_plain_text_where_tls_was_expected_is_said() -> None:
    async with receiving(Receiver()) as receiver:
        said = await send(receiver.url.replace("http://", "https://"), make_alert())
    assert "not secure" in said
    assert receiver.bodies == []
