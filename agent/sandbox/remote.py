"""`/sim/` from Python: what a test or a demonstration does to the simulated Telegram."""

from http import HTTPStatus
from typing import Any, Final

import aiohttp

from agent.sandbox.plain import JsonObject

_PATIENCE: Final = aiohttp.ClientTimeout(total=320)


class Refused(Exception):
    """The sandbox did not do it, or waited in vain; the message says why."""


class Remote:
    """The control of one sandbox; every method is one request."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self.url = url

    async def post(self, what: str, **body: Any) -> JsonObject:  # noqa: ANN401 - JSON
        """`POST /sim/<what>`, for everything that has no method here."""
        url = f"{self.url}/sim/{what}"
        async with self._session.post(url, json=body, timeout=_PATIENCE) as answer:
            return await _read(answer)

    async def get(self, what: str, **query: str | int) -> JsonObject:
        """`GET /sim/<what>`."""
        async with self._session.get(f"{self.url}/sim/{what}", params=query, timeout=_PATIENCE) as answer:
            return await _read(answer)

    async def write(self, chat_id: int, text: str, **more: Any) -> JsonObject:  # noqa: ANN401 - JSON
        """Write as a person."""
        return await self.post("message", chat_id=chat_id, text=text, **more)

    async def tap(self, chat_id: int, button: str, **more: Any) -> JsonObject:  # noqa: ANN401 - JSON
        """Tap a button by its text; `data=` in `more` finds it by its data."""
        return await self.post("tap", chat_id=chat_id, button=button, **more)

    async def see(self, chat_id: int, pattern: str, **more: Any) -> JsonObject:  # noqa: ANN401 - JSON
        """Wait until a message matches; the newest one that does."""
        found = await self.post("wait", chat_id=chat_id, matches=pattern, **more)
        newest: JsonObject = found["messages"][-1]
        return newest

    async def called(self, method: str, **more: Any) -> list[JsonObject]:  # noqa: ANN401 - JSON
        """Wait until the bot has called a method; all such calls."""
        calls: list[JsonObject] = (await self.post("wait", call=method, **more))["calls"]
        return calls

    async def messages(self, chat_id: int) -> list[JsonObject]:
        """All messages of a chat."""
        messages: list[JsonObject] = (await self.get("transcript", chat_id=chat_id))["messages"]
        return messages

    async def read_aloud(self, chat_id: int) -> str:
        """The chat as plain text."""
        query = {"chat_id": str(chat_id), "format": "text"}
        async with self._session.get(f"{self.url}/sim/transcript", params=query) as answer:
            return await answer.text()

    async def lift_faults(self) -> None:
        """End all faults."""
        async with self._session.delete(f"{self.url}/sim/faults") as answer:
            await _read(answer)


async def _read(answer: aiohttp.ClientResponse) -> JsonObject:
    body: JsonObject = await answer.json()
    if answer.status != HTTPStatus.OK:
        raise Refused(body.get("description", answer.reason))
    return body
