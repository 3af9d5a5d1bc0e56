"""Rules come last: a Prometheus that evaluates before it has scraped finds every target gone and pages for it.

It looks for targets every five seconds, so at sixty times the speed a false page would be out before it has seen any.
"""

import asyncio
import contextlib
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from generator.domain.service import Service
from generator.drill.stack.process import Process
from generator.errors import TocsinError

_PATIENCE = 30.0
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
    end = time.monotonic() + _PATIENCE
    while not await _is_awake(url, session):
        if time.monotonic() > end:
            raise TocsinError(f"Prometheus has not loaded the rules after {_PATIENCE:.0f} s; {process.last_words()}")
        await asyncio.sleep(_PAUSE)


async def _is_awake(url: str, session: aiohttp.ClientSession) -> bool:
    groups = (await _data(session, f"{url}/api/v1/rules")).get("groups")
    return bool(groups and (await _data(session, f"{url}/api/v1/alertmanagers")).get("activeAlertmanagers"))


def patience(service: Service) -> float:
    """Seconds in which everything is scraped: first scrapes are spread over one interval, and there is one to spare.

    The rest is for finding the targets, on a machine that has much to do.
    """
    return _PATIENCE + 2 * float(service.settings.scrape_interval.seconds)


async def until_scraped(
    url: str, jobs: Collection[str], process: Process, session: aiohttp.ClientSession, within: float
) -> None:
    """Return when a target of every job is up.

    Raises:
        TocsinError: naming the jobs that are not and why, when so many seconds are over, or Prometheus.
    """
    end = time.monotonic() + within
    while missing := await _missing(url, jobs, session):
        if not process.pid:
            raise TocsinError(f"{process.name} {process.end} before it had scraped; {process.last_words()}")
        if time.monotonic() > end:
            told = ", ".join(f"{job} ({why})" if why else job for job, why in missing.items())
            raise TocsinError(f"Prometheus has not scraped {told} after {within:.0f} s; its log is {process.log}")
        await asyncio.sleep(_PAUSE)


async def _missing(url: str, jobs: Collection[str], session: aiohttp.ClientSession) -> Mapping[str, str]:
    """Why the jobs are not up of which no target is; empty where Prometheus has not tried."""
    found = (await _data(session, f"{url}/api/v1/targets?state=active")).get("activeTargets", [])
    up = {each["labels"]["job"] for each in found if each["health"] == "up"}
    why = {each["labels"]["job"]: str(each.get("lastError", "")) for each in found}
    return {job: why.get(job, "") for job in sorted(set(jobs) - up)}


async def _data(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    """What Prometheus answers; nothing while it does not."""
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
        async with session.get(url, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            return dict((await answer.json())["data"])
    return {}
