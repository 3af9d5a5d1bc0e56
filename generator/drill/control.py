"""The hands of a rehearsal on the stand-in exporter."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import aiohttp

from generator.errors import TocsinError

Held: TypeAlias = tuple[str, Mapping[str, str], float]
"""A series by name and labels, and the value that something real has."""


class Hands(Protocol):
    """What a rehearsal does to the watched systems."""

    async def breach(self, alert: str) -> None:
        """Let the alert's condition hold."""
        ...

    async def heal(self, alert: str) -> None:
        """Let it be healthy again; nothing, when it is."""
        ...

    async def take(self, metric: str) -> None:
        """Let the stand-in forget its own series of a metric, because something real has some."""
        ...

    async def hold(self, *held: Held) -> None:
        """Let series stand at values that something real has."""
        ...


_TIMEOUT = aiohttp.ClientTimeout(total=10)


class Control:
    """Keeps `Hands` by talking to `/control/`.

    Args:
        session: the HTTP client.
        exporter: its base URL.
    """

    def __init__(self, session: aiohttp.ClientSession, exporter: str) -> None:
        self._session = session
        self._exporter = exporter

    async def breach(self, alert: str) -> None:
        await self._post("breach", params={"alert": alert})

    async def heal(self, alert: str) -> None:
        await self._post("heal", params={"alert": alert})

    async def take(self, metric: str) -> None:
        await self._post("take", params={"metric": metric})

    async def hold(self, *held: Held) -> None:
        await self._post("hold", json=[{"name": n, "labels": dict(labels), "value": v} for n, labels, v in held])

    async def _post(
        self, what: str, params: Mapping[str, str] | None = None, json: Sequence[Mapping[str, object]] | None = None
    ) -> None:
        url = f"{self._exporter}/control/{what}"
        async with self._session.post(url, params=params, json=json, timeout=_TIMEOUT) as answer:
            if answer.status != 200:
                raise TocsinError((await answer.text()).strip())
