"""The client of Alertmanager's API: against a double that misbehaves, and against the real one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from agent.adapters.alertmanager import Alertmanager, NoAlertmanager
from agent.adapters.alertmanager.payload import fingerprint
from agent.adapters.json_api import Access
from agent.domain.incident import Firing
from agent.domain.incident_silence import Matcher, Silence, covering, silence_for
from agent.errors import MonitoringError
from agent.settings import Secret
from tests.agent.adapters.alertmanager.real import real_alertmanager
from tests.agent.makers import NOON, make_incident

HOUR = timedelta(hours=1)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def silence(*, now: datetime = NOON, silence_id: str = "", matchers: tuple[Matcher, ...] | None = None) -> Silence:
    return Silence(
        matchers=(Matcher("alertname", 'a"b\\c{}'), Matcher("system", "bot")) if matchers is None else matchers,
        starts_at=now,
        ends_at=now + HOUR,
        by="anna",
        comment="tocsin incident K1: x",
        id=silence_id,
    )


@contextlib.asynccontextmanager
async def double(handler: Handler, **access: object) -> AsyncIterator[Alertmanager]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    client = Alertmanager(Access(f"http://127.0.0.1:{port}", **access))  # type: ignore[arg-type]
    try:
        yield client
    finally:
        await client.close()
        await runner.cleanup()


def answering(status: int, body: str = "{}", **headers: str) -> Handler:
    async def handle(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=body, headers=headers)

    return handle


@pytest.mark.parametrize(
    ("handler", "says"),
    [
        (answering(500, "oops"), "refused with 500: oops"),
        (answering(400, "bad matcher"), "refused with 400: bad matcher"),
        (answering(302, "", Location="http://127.0.0.1:1/x"), "refused with 302"),
        (answering(200, "<html>"), "not JSON"),
        (answering(200, "[" * 100_000), "not JSON"),
        (answering(200, "{}"), "names no silence"),
        (answering(200, '{"silenceID": 7}'), "names no silence"),
        (answering(200, " " * 17_000_000), "too large"),
    ],
)
async def test_whatever_it_answers_instead_is_one_clear_sentence(handler: Handler, says: str) -> None:
    async with double(handler) as client:
        with pytest.raises(MonitoringError, match=says):
            await client.silence(silence())


async def test_an_answer_that_does_not_come_is_given_up_in_time() -> None:
    async def hang(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    async with double(hang, timeout_seconds=0.2) as client:
        with pytest.raises(MonitoringError, match=r"within 0\.2 s"):
            await client.standing()


async def test_an_alertmanager_that_is_not_there_is_said_without_its_address() -> None:
    client = Alertmanager(Access("http://127.0.0.1:1/secret-path"))
    with pytest.raises(MonitoringError, match="cannot be reached") as caught:
        await client.silence(silence())
    await client.close()
    assert "secret-path" not in str(caught.value)


@pytest.mark.parametrize(
    ("access", "header"),
    [
        ({}, None),
        ({"token": Secret("t0ken")}, "Bearer t0ken"),
        ({"user": "u", "password": Secret("p")}, "Basic dTpw"),
    ],
)
async def test_it_is_entered_as_configured(access: dict[str, object], header: str | None) -> None:
    seen: list[str | None] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("Authorization"))
        return web.json_response({"silenceID": "s1"})

    async with double(handle, **access) as client:
        assert await client.silence(silence()) == "s1"
    assert seen == [header]


@pytest.mark.parametrize("matchers", [(), (Matcher("a", ""),)])
async def test_a_silence_without_a_matcher_is_never_sent(matchers: tuple[Matcher, ...]) -> None:
    client = Alertmanager(Access("http://127.0.0.1:1"))
    with pytest.raises(MonitoringError, match="silence everything"):
        await client.silence(silence(matchers=matchers))
    with pytest.raises(MonitoringError, match="no id"):
        await client.expire("../silences")


async def test_silences_that_cannot_be_read_silence_nothing_here() -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/alerts"):
            return web.json_response([{"fingerprint": "f"}, 7, {}])
        return web.json_response([7, {"status": {"state": "active"}}, {"status": 1}])

    async with double(handle) as client:
        standing = await client.standing()
    assert (standing.silences, standing.active) == ((), frozenset({"f"}))


async def test_without_an_alertmanager_every_wish_says_what_to_set() -> None:
    for wish in (NoAlertmanager().silence(silence()), NoAlertmanager().expire("s"), NoAlertmanager().standing()):
        with pytest.raises(MonitoringError, match="ALERTMANAGER_URL"):
            await wish


async def _silenced(url: str) -> set[str]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/api/v2/alerts") as answer:
        return {each["fingerprint"] for each in await answer.json() if each["status"]["silencedBy"]}


async def test_the_real_alertmanager_takes_prolongs_lists_and_ends_our_silences(tmp_path: Path) -> None:
    async with real_alertmanager(tmp_path) as url:
        client = Alertmanager(Access(url))
        now = datetime.now(UTC)
        made = await client.silence(silence(now=now))
        (listed,) = (await client.standing()).silences
        assert (listed.id, listed.matchers, listed.by) == (made, silence().matchers, "anna")
        assert abs(listed.ends_at - (now + HOUR)) < timedelta(seconds=1)
        assert listed.covers({"alertname": 'a"b\\c{}', "system": "bot", "x": "y"}, datetime.now(UTC))

        again = await client.silence(silence(now=datetime.now(UTC) + HOUR / 60, silence_id=made))
        assert [each.id for each in (await client.standing()).silences if each.id != again] == []
        unknown = await client.silence(
            silence(now=datetime.now(UTC), silence_id="00000000-0000-0000-0000-000000000000")
        )
        assert unknown

        await client.expire(unknown)
        await client.expire(unknown)
        await client.expire("11111111-0000-0000-0000-000000000000")
        assert unknown not in {each.id for each in (await client.standing()).silences}
        with pytest.raises(MonitoringError, match="400"):
            await client.silence(silence(now=datetime.now(UTC) - 2 * HOUR))
        await client.close()


async def test_the_real_alertmanager_has_the_fingerprints_that_we_compute_and_matches_as_we_do(tmp_path: Path) -> None:
    labels = [{"alertname": "A", "job": job, "pod": "ü/ö"} for job in ("x", "yy", "z")]
    async with real_alertmanager(tmp_path) as url:
        client = Alertmanager(Access(url))
        async with aiohttp.ClientSession() as session:
            await session.post(f"{url}/api/v2/alerts", json=[{"labels": each} for each in labels])
        standing = await client.standing()
        assert standing.active == {fingerprint(each) for each in labels}

        now = datetime.now(UTC)
        negative = Matcher("job", "x|z", is_regex=True, is_equal=False)
        await client.silence(silence(now=now, matchers=(negative, Matcher("alertname", "A"))))
        (listed,) = (await client.standing()).silences
        ours = {fingerprint(each) for each in labels if listed.covers(each, datetime.now(UTC))}
        assert ours == await _silenced(url) == {fingerprint(labels[1])}
        await client.close()


@pytest.mark.parametrize("fires", [("warning",), ("warning", "page|x y"), ("warning", ""), ("",)])
async def test_the_real_alertmanager_silences_by_ours_what_we_think_and_lets_the_rest_through(
    tmp_path: Path, fires: tuple[str, ...]
) -> None:
    group = {"alertname": "A"}
    own = [{**group, "pod": f"p{n}", **({"severity": word} if word else {})} for n, word in enumerate(fires)]
    others = [
        {**group, "pod": "q", "severity": "critical"},
        {**group, "pod": "q", "severity": "warning", "system": "shop"},
        {**group, "pod": "new", "severity": "warning"},
        {"alertname": "B", "severity": "warning"},
    ]
    incident = make_incident(
        group_labels=group, alerts=tuple(Firing(fingerprint(each), each, {}, NOON) for each in own)
    )
    async with real_alertmanager(tmp_path) as url:
        client = Alertmanager(Access(url))
        async with aiohttp.ClientSession() as session:
            await session.post(f"{url}/api/v2/alerts", json=[{"labels": each} for each in (*own, *others)])
        now = datetime.now(UTC)
        made = await client.silence(silence_for(incident, "anna", HOUR, now, ("alertname", "system")))
        (listed,) = (await client.standing()).silences
        now = datetime.now(UTC)
        ours = {fingerprint(each) for each in (*own, *others) if listed.covers(each, now)}
        found = covering(incident, [listed], now)
        assert found is not None
        assert found.id == made
        assert ours == await _silenced(url)
        assert {fingerprint(each) for each in own} <= ours
        assert not {fingerprint(each) for each in (others[1], others[3])} & ours
        assert (fingerprint(others[0]) in ours) is (fires == ("",))
        await client.close()


async def test_the_real_alertmanager_that_cannot_silence_a_label_name_is_said_to_be_one(tmp_path: Path) -> None:
    wanted = silence(now=datetime.now(UTC), matchers=(Matcher("alertname", "A"), Matcher("service.name", "api")))
    async with real_alertmanager(tmp_path) as url:
        client = Alertmanager(Access(url))
        said = []
        for each in (wanted, replace(wanted, id="00000000-0000-0000-0000-000000000000")):
            try:
                await client.silence(each)
            except MonitoringError as error:
                said.append(str(error))
        await client.close()
    if not said:
        pytest.skip("this Alertmanager can")
    assert said == ["This Alertmanager cannot silence label names like service.name."] * 2


async def test_an_alertmanager_that_can_is_left_to_do_so() -> None:
    async with double(answering(200, '{"silenceID": "s1"}')) as client:
        assert await client.silence(silence(matchers=(Matcher("service.name", "api"),))) == "s1"
