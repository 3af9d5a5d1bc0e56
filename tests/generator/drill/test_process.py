"""Programs of the stack that end or are not ready: who it was, how it ended, what it said last, where all of it is."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from generator.cli import main
from generator.domain.duration import Duration
from generator.domain.service import Service
from generator.drill.stack.awakening import patience, until_scraped
from generator.drill.stack.health import until_ready
from generator.drill.stack.last_words import last_words, readable
from generator.drill.stack.ports import LOOPBACK, free_ports
from generator.drill.stack.process import Process
from generator.errors import TocsinError

AGENT = (
    '{"timestamp":"2026-11-22T09:11:47.166Z","level":"%s","logger":"agent.app","message":"%s",'
    '"context":{"life":"2f90","path":"/a b"},"trace_id":"","span_id":""}'
)
PROMETHEUS = 'ts=2026-11-22T08:46:57.552Z caller=main.go:12 level=%s component=tsdb msg="Say \\"%s\\"" err=none'


async def ended(tmp_path: Path, program: str) -> Process:
    process = Process("agent", [sys.executable, "-c", program], tmp_path / "agent.log")
    await process.start()
    await process.ended()
    return process


# How it ended ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "end"),
    [
        ("raise SystemExit(3)", "ended with exit code 3"),
        ("", "ended with exit code 0"),
        ("import os; os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
        ("import os; os.kill(os.getpid(), 40)", "was ended by signal 40"),
    ],
)
async def test_a_program_that_has_ended_tells_how(tmp_path: Path, program: str, end: str) -> None:
    assert (await ended(tmp_path, program)).end == end


async def test_one_that_ends_before_it_is_ready_is_told_with_its_name_end_words_and_log(tmp_path: Path) -> None:
    process = await ended(tmp_path, "raise SystemExit('no such\\nsetting')")

    async with aiohttp.ClientSession() as session:
        with pytest.raises(TocsinError) as told:
            await until_ready(process, "http://127.0.0.1:1", session)

    assert str(told.value).splitlines() == [
        f"agent ended with exit code 1 before it was ready; all that it said is in {tmp_path / 'agent.log'}",
        "  no such",
        "  setting",
    ]


async def test_what_an_earlier_life_has_said_is_not_among_the_last_words(tmp_path: Path) -> None:
    (tmp_path / "agent.log").write_text("of yesterday\n")

    process = await ended(tmp_path, "print('of today')")

    assert process.last_words().splitlines()[1:] == ["  of today"]


def test_lines_that_belong_together_are_marked_as_an_error_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise TocsinError("it broke\n  first\n  second")

    monkeypatch.setattr("generator.cli.command", lambda _: fail)

    assert main(["status", "--colour=never"]) == 2
    assert capsys.readouterr().err == "error: it broke\n  first\n  second\n"


# Last words -----------------------------------------------------------------------------------------------------------


def test_lines_of_a_log_are_told_without_clockwork() -> None:
    assert readable([AGENT % ("info", "boot.done"), PROMETHEUS % ("info", "hello")]) == (
        "info: boot.done life=2f90 path=/a b",
        'info: Say "hello" component=tsdb err=none',
    )


def test_what_is_loud_or_no_log_at_all_is_told_instead_of_the_chatter_around_it() -> None:
    lines = [
        AGENT % ("info", "x"),
        AGENT % ("error", "loop.broke"),
        PROMETHEUS % ("WARN", "y"),
        "It cannot go on.",
        "{}x",
    ]

    assert readable([*lines, AGENT % ("info", "gone")]) == (
        "error: loop.broke life=2f90 path=/a b",
        'warn: Say "y" component=tsdb err=none',
        "It cannot go on.",
        "{}x",
    )


def test_they_are_few_and_short_and_an_error_is_told_by_its_end() -> None:
    trace = '{"level":"error","message":"broke","context":{"exception":"Traceback\\n  File\\nKeyError: 1\\n"}}'

    assert readable([trace]) == ("error: broke exception=KeyError: 1",)
    assert readable(map(str, range(50))) == tuple(map(str, range(44, 50)))
    assert len(readable(["x" * 1000])[0]) == 200
    assert readable([AGENT % ("info", str(number)) for number in range(9)])[0].startswith("info: 6")


@pytest.mark.parametrize("line", ['{"level": 5, "message": null}', "[]", 'ts=1 level=error msg="half', "ts=1 level="])
def test_a_line_of_any_shape_is_told_somehow(line: str) -> None:
    assert len(readable([line])) == 1


def test_where_there_is_no_log_there_are_no_words(tmp_path: Path) -> None:
    assert last_words(tmp_path / "none") == ()
    assert readable([]) == readable([" "]) == ()


# Ports ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [70_000, 65_532, -5, 10**30])
def test_ports_that_do_not_exist_are_one_clear_error(base: int) -> None:
    with pytest.raises(TocsinError, match=rf"--port-base {base}: 5 ports .* choose from 1024 to 65531"):
        free_ports(5, base)


def test_the_last_ports_that_exist_may_be_used() -> None:
    assert free_ports(2, 65_534) == (65_534, 65_535)


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(TocsinError, match=f"port {port} is taken"):
            free_ports(1, port)


# The first scrape -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("interval", "seconds"), [(15_000, 60.0), (60_000, 150.0), (75_000, 180.0), (250, 30.5)])
def test_the_first_scrape_is_waited_for_as_long_as_the_spec_needs(ours: Service, interval: int, seconds: float) -> None:
    settings = replace(ours.settings, scrape_interval=Duration(interval))

    assert patience(replace(ours, settings=settings)) == seconds


@pytest.fixture
async def targets() -> AsyncIterator[tuple[list[dict[str, Any]], str]]:
    """A Prometheus that knows these targets, and where it is."""
    known: list[dict[str, Any]] = []

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"data": {"activeTargets": known}})

    made = web.Application()
    made.router.add_get("/api/v1/targets", answer)
    async with TestServer(made) as server:
        yield known, str(server.make_url("")).rstrip("/")


async def sleeping(tmp_path: Path) -> Process:
    process = Process("prometheus", [sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "prometheus.log")
    await process.start()
    return process


async def test_jobs_that_are_not_scraped_in_time_are_named_with_the_reason_and_the_log(
    tmp_path: Path, targets: tuple[list[dict[str, Any]], str]
) -> None:
    known, url = targets
    known += [
        {"labels": {"job": "nats"}, "health": "up", "lastError": ""},
        {"labels": {"job": "node"}, "health": "down", "lastError": "401 Unauthorized"},
    ]
    process = await sleeping(tmp_path)
    try:
        async with aiohttp.ClientSession() as session:
            with pytest.raises(TocsinError) as told:
                await until_scraped(url, {"nats", "node", "kafka"}, process, session, 0.01)
            asking = asyncio.create_task(until_scraped(url, {"nats", "node"}, process, session, 30))
            known[1]["health"] = "up"
            await asyncio.wait_for(asking, 10)
    finally:
        await process.stop()

    assert str(told.value) == (
        f"Prometheus has not scraped kafka, node (401 Unauthorized) after 0 s; its log is {tmp_path / 'prometheus.log'}"
    )


async def test_nobody_waits_for_a_prometheus_that_has_ended(
    tmp_path: Path, targets: tuple[list[dict[str, Any]], str]
) -> None:
    process = await ended(tmp_path, "raise SystemExit(1)")

    async with aiohttp.ClientSession() as session:
        with pytest.raises(TocsinError, match="ended with exit code 1 before it had scraped"):
            await until_scraped(targets[1], {"node"}, process, session, 30)
