"""Server-sent events: in order, without gaps that nobody tells of, and never at the cost of the agent."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.http import EventStream, events
from agent.adapters.http.event_stream import FULL, HEARTBEAT, TOO_SLOW, Listener
from agent.domain.events import AgentStarted, RunProgressed, RunQueued
from tests.agent.adapters.http.stage import Client
from tests.agent.fakes import FakeClock


def number(piece: bytes) -> int:
    return int(piece.split(b"\n")[0].removeprefix(b"id: "))


async def taken(listener: Listener) -> list[bytes]:
    """All that waits, after which the listener is closed."""
    listener.close(listener.ended)
    return [piece async for piece in listener.pieces(60)]


def gone_from(stream: EventStream, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set when a listener has left."""
    gone, leave = asyncio.Event(), stream.leave

    def noted(listener: Listener) -> None:
        leave(listener)
        gone.set()

    monkeypatch.setattr(stream, "leave", noted)
    return gone


async def heard(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    """The events of a connection."""
    async for line in response.content:
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))


async def test_a_listener_hears_what_happens_in_order(client: Client) -> None:
    async with client.session.get(client.url + "/api/events") as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        run = await client.agency.ask()
        stream = heard(response)
        first = await anext(stream)
    assert (first["event"], first["run_id"], first["at"]) == ("run.queued", run.id, "2026-03-01T12:00:00.000Z")


async def test_whoever_comes_back_gets_what_was_missed(client: Client) -> None:
    stream = client.desk.stream
    for life in "abc":
        stream.observe(AgentStarted(life))
    seen = stream._first + 1
    async with client.session.get(client.url + "/api/events", headers={"Last-Event-ID": str(seen)}) as response:
        events = heard(response)
        assert [(await anext(events))["life"] for _ in range(2)] == ["b", "c"]


async def test_a_last_id_that_is_no_number_is_a_new_listener(client: Client) -> None:
    client.desk.stream.observe(AgentStarted("a"))
    async with client.session.get(client.url + "/api/events", headers={"Last-Event-ID": "x"}) as response:
        client.desk.stream.observe(AgentStarted("b"))
        assert (await anext(heard(response)))["life"] == "b"


async def test_what_is_forgotten_is_told_as_a_gap() -> None:
    stream = EventStream(FakeClock(), remembered=2)
    for life in "abcd":
        stream.observe(AgentStarted(life))
    listener = stream.listen(stream._first + 1)
    assert listener is not None
    pieces = await taken(listener)
    assert pieces[0] == b"event: stream.gap\ndata: {}\n\n"
    assert [number(each) - stream._first for each in pieces[1:]] == [3, 4]


async def test_an_id_of_an_earlier_life_is_a_gap_and_ids_grow_over_lives() -> None:
    clock = FakeClock()
    before = EventStream(clock)
    before.observe(AgentStarted("a"))
    clock.advance(1)
    after = EventStream(clock)
    after.observe(AgentStarted("b"))
    listener = after.listen(before._last)
    assert listener is not None
    pieces = await taken(listener)
    assert pieces[0].startswith(b"event: stream.gap")
    assert number(pieces[1]) > before._last


async def test_nothing_is_missed_when_nothing_happened() -> None:
    stream = EventStream(FakeClock())
    stream.observe(AgentStarted("a"))
    listener = stream.listen(stream._last)
    assert listener is not None
    assert await taken(listener) == []


@given(said=st.integers(0, 30), remembered=st.integers(1, 10), seen=st.integers(0, 30), later=st.integers(0, 5))
async def test_a_listener_gets_everything_after_its_id_or_is_told_of_a_gap(
    said: int, remembered: int, seen: int, later: int
) -> None:
    stream = EventStream(FakeClock(), remembered=remembered)
    for each in range(said):
        stream.observe(AgentStarted(str(each)))
    listener = stream.listen(stream._first + seen)
    assert listener is not None
    for each in range(later):
        stream.observe(AgentStarted(str(each)))
    pieces = await taken(listener)
    gap = bool(pieces) and pieces[0].startswith(b"event: stream.gap")
    numbers = [number(each) - stream._first for each in pieces[int(gap) :]]
    wanted = list(range(seen + 1, said + later + 1))
    assert numbers == sorted(numbers)
    assert gap or numbers == wanted
    assert gap == (seen > said or seen + 1 < said + 1 - min(said, remembered))


async def test_who_falls_behind_gets_what_waits_and_is_sent_away() -> None:
    stream = EventStream(FakeClock(), backlog=2)
    listener = stream.listen(None)
    assert listener is not None
    for each in range(10):
        stream.observe(AgentStarted(str(each)))
    pieces = [piece async for piece in listener.pieces(60)]
    assert [number(each) - stream._first for each in pieces[:-1]] == [1, 2, 3]
    assert pieces[-1] == TOO_SLOW


async def test_a_pause_is_filled_with_signs_of_life() -> None:
    stream = EventStream(FakeClock())
    listener = stream.listen(None)
    assert listener is not None
    pieces = listener.pieces(0.001)
    assert [await anext(pieces), await anext(pieces)] == [HEARTBEAT, HEARTBEAT]


async def test_a_client_that_does_not_read_is_cut_off(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SEND_SECONDS", 0.05)
    gone = gone_from(client.desk.stream, monkeypatch)
    host, port = client.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    writer.write(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b"listening")
    async with asyncio.timeout(20):
        while not gone.is_set():
            client.desk.stream.observe(RunProgressed("r", "x" * 2000))
            await asyncio.sleep(0)
    writer.close()
    assert client.desk.stream._listeners == set()


async def test_there_are_only_so_many_listeners(client: Client) -> None:
    for _ in range(FULL):
        assert client.desk.stream.listen(None) is not None
    answer = await client.get("/api/events")
    assert (answer.status, answer.code) == (503, "too_many_listeners")


async def test_who_leaves_is_forgotten(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = client.desk.stream
    gone = gone_from(stream, monkeypatch)
    async with client.session.get(client.url + "/api/events"):
        assert len(stream._listeners) == 1
    async with asyncio.timeout(10):
        while not gone.is_set():
            stream.observe(AgentStarted("a"))
            await asyncio.sleep(0)
    assert stream._listeners == set()


async def test_a_closed_stream_ends_its_connections(client: Client) -> None:
    async with client.session.get(client.url + "/api/events") as response:
        client.desk.stream.close()
        assert await response.content.read() == b": listening\n\n"


def test_long_texts_are_cut() -> None:
    stream = EventStream(FakeClock())
    stream.observe(RunProgressed("r", "x" * 100_000))
    stream.observe(RunQueued("r", "S1", "app"))
    assert len(stream._kept[0][1]) < 2500
