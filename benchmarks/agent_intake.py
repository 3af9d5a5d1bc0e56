"""Alerts taken in: notifications of Alertmanager that are committed before they are answered, beside raw commits."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from benchmarks.agent_figures import Latency
from benchmarks.agent_stage import TOKEN, Life, Stage
from benchmarks.report import Goal, shown, table

PER_SECOND = 200
SECONDS = 6
SENDERS = 8
"""As many connections at once; Alertmanager has one per group that is due."""

MILLISECONDS = 100.0
_WARM = 50
_QUIET = 3.0
_HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


def measure() -> Iterator[Goal]:
    """Print the table and give the goals."""
    yield from asyncio.run(_measured())


async def _measured() -> list[Goal]:
    async with Stage.set() as stage, stage.agent() as life:
        await stage.ready(life)
        await asyncio.sleep(_QUIET)  # the scan for projects and the first checks are over
        numbers = count()
        for _ in range(_WARM):
            await _post(stage, life, next(numbers))
        steady, steady_rate = await _steadily(stage, life, numbers)
        before = _raw_rate(stage.folder)
        flooded, rate = await _flooding(stage, life, numbers)
        raw = (before + _raw_rate(stage.folder)) / 2
        kept = _kept(stage.database)
        wanted = next(numbers)
    if kept != wanted:
        raise RuntimeError(f"{wanted} notifications were confirmed, and {kept} are in the database")
    table(
        f"Notifications of Alertmanager, each one group with its own commit, and raw commits of the same ({SECONDS} s)",
        ("load", "groups/s", "p50 ms", "p99 ms", "worst ms", "share of raw commits"),
        [
            (f"{PER_SECOND}/s", shown(steady_rate), *steady.cells(), f"{steady_rate / raw:.2f}"),
            (f"{SENDERS} at once, no pause", shown(rate), *flooded.cells(), f"{rate / raw:.2f}"),
            ("raw commits, one after the other", shown(raw), "-", "-", "-", "1.00"),
        ],
    )
    return [
        Goal("agent: alert groups a second, committed", rate, PER_SECOND, "/s", at_least=True),
        Goal(f"agent: p99 of a notification at {PER_SECOND}/s", steady.p99, MILLISECONDS, "ms"),
        Goal(f"agent: p99 of a notification, {SENDERS} at once", flooded.p99, MILLISECONDS, "ms"),
    ]


async def _steadily(stage: Stage, life: Life, numbers: Iterator[int]) -> tuple[Latency, float]:
    """At the wanted rate whether or not answers come: what is late makes the next late as well."""
    total = PER_SECOND * SECONDS
    began = time.perf_counter()

    async def post(number: int) -> float:
        due = began + number / PER_SECOND
        await asyncio.sleep(due - time.perf_counter())
        await _post(stage, life, next(numbers))
        return time.perf_counter() - due

    delays = await asyncio.gather(*(post(number) for number in range(total)))
    return Latency.of(delays), total / (time.perf_counter() - began)


async def _flooding(stage: Stage, life: Life, numbers: Iterator[int]) -> tuple[Latency, float]:
    """As fast as it goes."""
    began, delays = time.perf_counter(), list[float]()

    async def send() -> None:
        while (now := time.perf_counter()) < began + SECONDS:
            await _post(stage, life, next(numbers))
            delays.append(time.perf_counter() - now)

    await asyncio.gather(*(send() for _ in range(SENDERS)))
    return Latency.of(delays), len(delays) / (time.perf_counter() - began)


async def _post(stage: Stage, life: Life, number: int) -> None:
    url, body = f"{life.url}/webhooks/alertmanager", notification(number)
    async with stage.session.post(url, data=body, headers=_HEADERS) as answer:
        answer.raise_for_status()
        await answer.read()


def notification(number: int) -> bytes:
    """What Alertmanager 0.25 posts for a group of one alert."""
    labels = {"alertname": "HighRunFailureRate", "severity": "warning", "system": "codex-bot", "job": f"agent-{number}"}
    alert = {
        "status": "firing",
        "labels": labels,
        "annotations": {"summary": "Runs fail", "value": "0.31", "threshold": "0.25"},
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://127.0.0.1:9090/graph",
        "fingerprint": f"{number:016x}",
    }
    group = {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="HighRunFailureRate", job="agent-{number}"}}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "agent",
        "groupLabels": {"alertname": "HighRunFailureRate", "job": f"agent-{number}"},
        "commonLabels": labels,
        "commonAnnotations": alert["annotations"],
        "externalURL": "http://127.0.0.1:9093",
        "alerts": [alert],
    }
    return json.dumps(group).encode()


def _raw_rate(folder: Path) -> float:
    """Commits a second of the same text on the same disk, as durable: WAL, synchronous FULL, one row each."""
    text, done, seconds = notification(0).decode(), 0, 1.5
    with closing(sqlite3.connect(folder / "raw.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        began = time.perf_counter()
        while time.perf_counter() < began + seconds:
            connection.execute("INSERT INTO inbox (body) VALUES (?)", (text,))
            done += 1
        return done / (time.perf_counter() - began)


def _kept(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT count(*) FROM inbox WHERE source = 'alertmanager'").fetchone()
        return int(found[0])
