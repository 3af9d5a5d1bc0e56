"""Rules come last: a Prometheus that evaluates before it has scraped finds every target gone and pages for it.

It looks for targets every five seconds, so at sixty times the speed a false page would be out before it has seen any.
"""

import asyncio
import contextlib
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import aiohttp

from generator.drill.stack.process import Process
from generator.errors import TocsinError

PATIENCE = 60.0
_PAUSE = 0.1
_TIMEOUT = aiohttp.ClientTimeout(total=5)
_ASIDE = "rules.later"


def put_rules_aside(folder: Path) -> None:
    """Leave Prometheus nothing to evaluate yet."""
    (folder / "rules").rename(folder / _ASIDE)
    (folder / "rules").mkdir()


async def load_rules(folder: Path, process: Process, url: str, session: aiohttp.ClientSession) -> None:
    """Put the rules in place and have them read. A reload forgets Alertmanager for up to five seconds, too.

    Raises:
        TocsinError: when Prometheus does not take them.
    """
    (folder / "rules").rmdir()
    (folder / _ASIDE).rename(folder / "rules")
    process.reload()
    end = time.monotonic() + PATIENCE
    while not await _is_awake(url, session):
        if time.monotonic() > end:
            raise TocsinError(f"Prometheus does not load the rules:\n{process.last_words()}")
        await asyncio.sleep(_PAUSE)


async def _is_awake(url: str, session: aiohttp.ClientSession) -> bool:
    groups = (await _data(session, f"{url}/api/v1/rules")).get("groups")
    return bool(groups and (await _data(session, f"{url}/api/v1/alertmanagers")).get("activeAlertmanagers"))


async def until_scraped(url: str, jobs: Collection[str], session: aiohttp.ClientSession) -> None:
    """Return when a target of every job is up.

    Raises:
        TocsinError: naming the jobs that are not, when patience ends.
    """
    end = time.monotonic() + PATIENCE
    while missing := await _missing(url, jobs, session):
        if time.monotonic() > end:
            raise TocsinError(f"Prometheus does not scrape {', '.join(missing)}; see its log")
        await asyncio.sleep(_PAUSE)


async def _missing(url: str, jobs: Collection[str], session: aiohttp.ClientSession) -> list[str]:
    found = (await _data(session, f"{url}/api/v1/targets?state=active")).get("activeTargets", [])
    up = {each["labels"]["job"] for each in found if each["health"] == "up"}
    return sorted(set(jobs) - up)


async def _data(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    """What Prometheus answers; nothing while it does not."""
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
        async with session.get(url, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            return dict((await answer.json())["data"])
    return {}
