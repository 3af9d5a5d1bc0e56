"""Prometheus' answers, the strange ones too: one sentence each, and nothing secret in it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from agent.adapters.json_api import Access
from agent.adapters.prometheus import MOST_SERIES, NoPrometheus, Prometheus
from agent.domain.chart import Curve, span
from agent.errors import MonitoringError
from agent.settings import Secret

ASKED = span(datetime(2026, 5, 1, 12, tzinfo=UTC), timedelta(hours=6))
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(handler: Handler, **access: object) -> AsyncIterator[Prometheus]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(application) as server:
        client = Prometheus(Access(str(server.make_url("/prom")).rstrip("/"), **access))  # type: ignore[arg-type] # any field
        yield client
        await client.close()


def saying(text: str, status: int = 200) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=status)

    return answer


async def refusal(handler: Handler, **access: object) -> str:
    async with answering(handler, **access) as client:
        with pytest.raises(MonitoringError) as caught:
            await client.over(Curve("up"), ASKED)
        return str(caught.value)


async def test_it_asks_for_the_range_with_its_token() -> None:
    seen = {}

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.update({"path": request.path, "header": request.headers["Authorization"], **await request.post()})
        return web.json_response({"status": "success", "data": {"resultType": "matrix", "result": []}})

    async with answering(answer, token=Secret("s3cret")) as client:
        assert await client.over(Curve("max(up)"), ASKED) == []
    assert seen == {
        "path": "/prom/api/v1/query_range",
        "header": "Bearer s3cret",
        "query": "max(up)",
        "start": "1777615200.000",
        "end": "1777636800.000",
        "step": "90",
        "limit": str(MOST_SERIES),
    }


async def test_more_series_than_anybody_looks_at_are_left_out() -> None:
    series = [{"metric": {"n": str(n)}, "values": [[1, "1"]]} for n in range(MOST_SERIES + 5)]

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"data": {"result": series}})

    async with answering(answer) as client:
        assert len(await client.over(Curve("up"), ASKED)) == MOST_SERIES


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '{"data": {"result": [{"metric": {}}]}}',
        '{"data": {"result": [{"metric": [], "values": []}]}}',
        '{"data": {"result": [{"metric": {}, "values": [["x", "y"]]}]}}',
        '{"data": {"result": [{"metric": {}, "values": [[1]]}]}}',
        '{"data": {"result": 7}}',
    ],
)
async def test_an_answer_of_another_form_is_refused_in_one_sentence(text: str) -> None:
    assert await refusal(saying(text)) == "Prometheus' answer is no range of values."


async def test_what_is_no_json_is_said() -> None:
    assert await refusal(saying("<html>")) == "Prometheus's answer is not JSON."


async def test_a_refusal_is_passed_on() -> None:
    assert await refusal(saying('{"error": "parse error"}', 400)) == (
        'Prometheus refused with 400: {"error": "parse error"}'
    )


async def test_it_is_not_led_elsewhere() -> None:
    async def elsewhere(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://127.0.0.1:1/")

    assert (await refusal(elsewhere)).startswith("Prometheus refused with 302")


async def test_nobody_there_is_said_without_the_address() -> None:
    client = Prometheus(Access("http://user-and-secret.invalid:1", timeout_seconds=5))
    with pytest.raises(MonitoringError) as caught:
        await client.over(Curve("up"), ASKED)
    await client.close()
    assert "secret" not in str(caught.value)


async def test_where_none_is_configured_it_says_what_to_set() -> None:
    with pytest.raises(MonitoringError, match="set PROMETHEUS_URL"):
        await NoPrometheus().over(Curve("up"), ASKED)
