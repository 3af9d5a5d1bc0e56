"""What Prometheus and Alertmanager say about alerts, asked for over and over by one watcher for all rehearsals."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import aiohttp

from generator.drill.subject import Labels

PAUSE = 0.05
"""Seconds between two looks, so also how exact a measured hop is."""

_TIMEOUT = aiohttp.ClientTimeout(total=5)
Look: TypeAlias = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class View:
    """What was seen last.

    Attributes:
        in_prometheus: state (`pending` or `firing`) and labels of every active alert.
        in_alertmanager: labels of every alert that it would tell of.
        has_looked: whether Prometheus has answered at all.
    """

    in_prometheus: Sequence[tuple[str, Labels]] = ()
    in_alertmanager: Sequence[Labels] = ()
    has_looked: bool = False
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def states(self, wanted: Labels) -> set[str]:
        """States of the alerts that carry these labels."""
        return {state for state, labels in self.in_prometheus if carries(labels, wanted)}

    def is_routed(self, wanted: Labels) -> bool:
        """Whether Alertmanager has an alert with these labels and would tell of it."""
        return any(carries(labels, wanted) for labels in self.in_alertmanager)

    async def seen(self) -> None:
        """Wake everybody who waits for something."""
        async with self._changed:
            self._changed.notify_all()

    async def until(self, holds: Callable[[], bool], patience: float) -> bool:
        """Wait until it holds; False when it does not within so many seconds."""
        async with self._changed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait_for(holds), patience)
            return holds()


def carries(labels: Labels, wanted: Labels) -> bool:
    """Whether all wanted labels are there."""
    return all(labels.get(name) == value for name, value in wanted.items())


class Watcher:
    """Looks until it is cancelled; a server that does not answer, such as one that is being restarted, is asked again.

    Args:
        view: what is filled.
        session: the HTTP client.
        prometheus: its base URL.
        alertmanager: its base URL.
    """

    def __init__(self, view: View, session: aiohttp.ClientSession, prometheus: str, alertmanager: str) -> None:
        self._view = view
        self._session = session
        self._prometheus = prometheus
        self._alertmanager = alertmanager

    async def run(self) -> None:
        """Both, side by side."""
        await asyncio.gather(self._forever(self._look_at_prometheus), self._forever(self._look_at_alertmanager))

    async def _forever(self, look: Look) -> None:
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError):
                await look()
                await self._view.seen()
            await asyncio.sleep(PAUSE)

    async def _look_at_prometheus(self) -> None:
        found = await self._json(f"{self._prometheus}/api/v1/alerts")
        self._view.in_prometheus = [(each["state"], each["labels"]) for each in found["data"]["alerts"]]
        self._view.has_looked = True

    async def _look_at_alertmanager(self) -> None:
        found = await self._json(f"{self._alertmanager}/api/v2/alerts?active=true&silenced=false&inhibited=false")
        self._view.in_alertmanager = [each["labels"] for each in found]

    async def _json(self, url: str) -> Any:  # noqa: ANN401 - whatever the server says
        async with self._session.get(url, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            return await answer.json()


def strings(labels: Mapping[str, object]) -> dict[str, str]:
    """Labels as they arrive in a notification."""
    return {str(name): str(value) for name, value in labels.items()}
