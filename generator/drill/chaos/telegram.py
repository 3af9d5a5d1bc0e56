"""The hands of a scenario on the simulated Telegram; over the door that no fault can shut."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from generator.drill.rehearsal import Stuck
from generator.drill.stack.programs import PERSON

_TIMEOUT = aiohttp.ClientTimeout(total=90)


class Telegram:
    """Writes as the person and reads what the person sees.

    Args:
        session: the HTTP client.
        control: the base URL of the door for `/sim/` alone.
    """

    def __init__(self, session: aiohttp.ClientSession, control: str) -> None:
        self._session = session
        self._control = control

    @classmethod
    async def at(cls, session: aiohttp.ClientSession, base: str) -> "Telegram":
        """The hands on the sandbox with that base URL."""
        async with session.get(f"{base}/sim/state", timeout=_TIMEOUT) as answer:
            return cls(session, (await answer.json())["urls"]["control"])

    async def write(self, text: str) -> Mapping[str, Any]:
        """Write as the person; gives `update_id` and `message_id`."""
        return await self._post("message", {"chat_id": PERSON, "text": text})

    async def redeliver(self, update_id: int) -> None:
        """Let a confirmed update come once more."""
        await self._post("redeliver", {"update_id": update_id})

    async def see(
        self, pattern: str, after: int = 0, count: int = 1, patience: float = 20.0
    ) -> list[Mapping[str, Any]]:
        """Wait for messages of the bot that match.

        Raises:
            Stuck: when they do not come.
        """
        wish = {"chat_id": PERSON, "matches": pattern, "sender": "bot", "after": after, "count": count}
        found = await self._post("wait", wish | {"timeout": patience})
        return list(found["messages"])

    async def answered(self) -> None:
        """Wait until the bot has fetched everything that was written."""
        await self._post("wait", {"drained": True, "timeout": 20})

    async def messages(self) -> list[Mapping[str, Any]]:
        """All messages of the chat, with all their versions."""
        async with self._session.get(
            f"{self._control}/sim/transcript", params={"chat_id": str(PERSON)}, timeout=_TIMEOUT
        ) as answer:
            return list((await answer.json())["messages"])

    async def fault(self, **fault: object) -> None:
        """Let calls of the bot fail until `lift`."""
        await self._post("faults", fault)

    async def lift(self) -> None:
        """End all faults."""
        async with self._session.delete(f"{self._control}/sim/faults", timeout=_TIMEOUT):
            pass

    async def _post(self, what: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        async with self._session.post(f"{self._control}/sim/{what}", json=body, timeout=_TIMEOUT) as answer:
            found: Mapping[str, Any] = await answer.json()
            if answer.status == 200:
                return found
            what_went_wrong = str(found.get("description", answer.status)).partition("\n")[0]
            raise Stuck(f"the chat does not show {body.get('matches', what)!r}: {what_went_wrong}.")
