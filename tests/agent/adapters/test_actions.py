"""Calls of executable steps: only where they may go, once, following nobody, and without secrets in what is shown."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from agent.adapters import actions
from agent.adapters.actions import HttpActionRunner
from agent.domain.incident_action import Action, Answered
from agent.errors import Forbidden
from agent.logs import Redaction
from agent.settings import Secret
from tests.agent.makers import NOON

KEY = "local-key-123456"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_action(url: str, **changes: Any) -> Action:  # noqa: ANN401 - a test changes any field
    fields: dict[str, Any] = {
        "id": "A1",
        "incident_id": "K1",
        "title": "x",
        "method": "POST",
        "url": url,
        "body": '{"a": 1}',
        "chat_id": 7,
        "prepared_by": 7,
        "prepared_at": NOON,
    }
    return Action(**{**fields, **changes})


def runner(base: str = "http://127.0.0.1:8080", *hosts: str, seconds: float = 5) -> HttpActionRunner:
    return HttpActionRunner(base, Secret(KEY), hosts, timeout_seconds=seconds, redact=Redaction([KEY]))


@contextlib.asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    site_runner = web.AppRunner(application, shutdown_timeout=0.1)
    await site_runner.setup()
    await web.TCPSite(site_runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{site_runner.addresses[0][1]}"
    finally:
        await site_runner.cleanup()


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("evil.example", "/x"),
        ("good.example.evil.example", "/x"),
        ("good.example@evil.example", "/x"),
        ("evil.example#good.example", "/x"),
        ("evil.example/good.example", "/x"),
        ("good.example:99999", "/x"),
        ("good.example:8443", "/x"),
        ("ftp://open.example", "/x"),
        ("user:pw@open.example", "/x"),
        ("open.example/elsewhere", "/x"),
        ("open.example?elsewhere", "/x"),
        ("", "//evil.example/x"),
        ("", "@evil.example/x"),
        ("open.example", "x"),
        ("open.example", "/x\r\nHost: evil"),
        ("open.example", "/\\evil.example"),
    ],
)
def test_what_is_not_on_the_list_is_refused(host: str, path: str) -> None:
    with pytest.raises(Forbidden):
        runner("http://127.0.0.1:8080", "good.example:443", "open.example").address(host, path)


def test_what_is_on_the_list_is_called_over_https_and_the_agent_itself_at_its_own_address() -> None:
    allowed = runner("http://127.0.0.1:8080/", "good.example:8443", "open.example")

    assert allowed.address("", "/api/x?a=b") == "http://127.0.0.1:8080/api/x?a=b"
    assert allowed.address("good.example:8443", "/x") == "https://good.example:8443/x"
    assert allowed.address("Open.Example:1234", "/x") == "https://open.example:1234/x"
    assert allowed.address("http://open.example", "/x") == "http://open.example/x"
    with pytest.raises(Forbidden, match="ACTION_BASE_URL"):
        runner("").address("", "/x")


async def test_a_call_carries_its_id_and_the_key_and_its_answer_is_shown_without_secrets() -> None:
    seen: list[tuple[str, str, str | None, str | None, str]] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        headers = request.headers
        body = await request.text()
        seen.append(
            (request.method, request.path, headers.get("Idempotency-Key"), headers.get("x-local-api-key"), body)
        )
        return web.json_response({"status": "rolled_back", "echo": KEY, "token": "abcdefghijk"})

    async with served(handle) as base:
        own = runner(base)
        answered = await own.run(make_action(own.address("", "/api/x")))
        await own.close()

    assert seen == [("POST", "/api/x", "A1", KEY, '{"a": 1}')]
    assert answered.status == 200
    assert '"status": "rolled_back"' in answered.text
    assert KEY not in answered.text
    assert "abcdefghijk" not in answered.text


async def test_the_key_goes_to_nobody_else() -> None:
    seen: list[str | None] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("x-local-api-key"))
        return web.Response(text="x" * 100_000)

    async with served(handle) as base:
        other = runner("http://127.0.0.1:8080", "127.0.0.1")
        answered = await other.run(make_action(other.address(base, "/x")))
        await other.close()

    assert seen == [None]
    assert len(answered.text) <= 1500


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    asked: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with served(handle) as base:
        own = runner(base)
        answered = await own.run(make_action(f"{base}/x"))
        await own.close()

    assert asked == ["/x"]
    assert answered == Answered(307, "it answered with a redirect, which is not followed")


async def test_no_connection_is_certain_and_a_lost_answer_is_not() -> None:
    async def hang(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    nobody = runner("http://127.0.0.1:1")
    assert await nobody.run(make_action("http://127.0.0.1:1/x")) == Answered(0, "no connection; nothing was sent")
    await nobody.close()
    for handler, says in ((hang, "no answer within 0.2 s"), (cut, "connection broke")):
        async with served(handler) as base:
            own = runner(base, seconds=0.2)
            answered = await own.run(make_action(f"{base}/x"))
            await own.close()
        assert (answered.status, answered.sure) == (0, False)
        assert says in answered.text


async def test_a_call_whose_host_was_taken_off_the_list_meanwhile_is_not_sent() -> None:
    answered = await runner().run(make_action("https://was.example/x"))

    assert answered == Answered(0, "its host is not allowed any more; nothing was sent")


async def test_what_is_there_is_looked_up_with_our_key_at_home_and_without_it_elsewhere() -> None:
    keys: list[tuple[str, str | None]] = []

    async def listing(request: web.Request) -> web.Response:
        keys.append((request.method, request.headers.get("x-local-api-key")))
        return web.json_response([{"id": request.path_qs}])

    async with served(listing) as url:
        home, host = runner(url), url.removeprefix("http://")
        away = runner("http://127.0.0.1:1", host)
        assert await home.look("", "/deployments?o=x") == [{"id": "/deployments?o=x"}]
        assert await away.look(url, "/deployments") == [{"id": "/deployments"}]
        await home.close()
        await away.close()
    assert keys == [("GET", KEY), ("GET", None)]


@pytest.mark.parametrize(
    "answer",
    [
        web.json_response([{"id": "x"}], status=404),
        web.json_response([{"id": "x"}], status=302, headers={"Location": "/elsewhere"}),
        web.Response(text="<html>"),
        web.Response(text='["' + "x" * 70_000 + '"]'),
    ],
    ids=["refused", "redirect", "no JSON", "too much"],
)
async def test_what_cannot_be_had_is_nothing(answer: web.Response) -> None:
    asked: list[str] = []

    async def says(request: web.Request) -> web.Response:
        asked.append(request.path)
        return answer

    async with served(says) as url:
        found = runner(url)
        assert await found.look("", "/x") is None
        await found.close()
    assert asked == ["/x"]


async def test_nobody_is_asked_who_is_not_on_the_list_and_nobody_who_is_away_raises() -> None:
    found = runner("http://127.0.0.1:1", "open.example")

    assert await found.look("evil.example", "/x") is None
    assert await found.look("", "/x") is None
    await found.close()


async def test_whoever_takes_too_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LOOK_SECONDS", 0.05)
    released = asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        await released.wait()
        return web.json_response([])

    async with served(slow) as url:
        found = runner(url)
        assert await found.look("", "/x") is None
        released.set()
        await found.close()


async def test_a_secret_does_not_come_along_with_what_is_there() -> None:
    async def echo(_request: web.Request) -> web.Response:
        return web.json_response([{"id": f"a-{KEY}"}])

    async with served(echo) as url:
        found = runner(url)
        assert KEY not in str(await found.look("", "/x"))
        await found.close()


async def test_an_answer_in_pieces_is_read_to_its_end() -> None:
    async def dribble(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for part in (b'[{"id": "a"},', b'{"id": "b"}', b"]"):
            await response.write(part)
            await asyncio.sleep(0.02)  # so that each leaves by itself
        return response

    async with served(dribble) as url:
        found = runner(url)
        assert await found.look("", "/x") == [{"id": "a"}, {"id": "b"}]
        assert '"b"' in (await found.run(make_action(f"{url}/x"))).text
        await found.close()
