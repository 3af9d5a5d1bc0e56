"""A person's phone: their private chat with the bot, through the simulated Telegram's own door."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import aiohttp

from generator.drill.rehearsal import Stuck
from generator.drill.stack.programs import BOT

Message: TypeAlias = Mapping[str, Any]

_TIMEOUT: Final = aiohttp.ClientTimeout(total=90)


class Phone:
    """Writes, reads and taps.

    Args:
        session: the HTTP client.
        sandbox: the simulated Telegram's base URL.
        person: whose it is; a private chat has the number of its person.
    """

    def __init__(self, session: aiohttp.ClientSession, sandbox: str, person: int) -> None:
        self._session = session
        self._sandbox = sandbox
        self._person = person

    async def switch_on(self) -> None:
        """Start the bot, without which it may not write."""
        await self._post("chat", {"chat_id": self._person})

    async def write(self, text: str) -> None:
        """Write to the bot."""
        await self._post("message", {"chat_id": self._person, "text": text})

    async def see(self, pattern: str, patience: float) -> Message:
        """Wait for words of the bot, buttons included; the newest message that has them.

        Raises:
            Stuck: when they do not come.
        """
        wish = {"chat_id": self._person, "matches": pattern, "sender": "bot", "timeout": patience}
        newest: Message = (await self._post("wait", wish))["messages"][-1]
        return newest

    async def tap(self, message: Message, button: str) -> str:
        """Tap a button below a message; gives what the bot answers on the screen.

        Raises:
            Stuck: when there is no such button, or no answer.
        """
        place = {"chat_id": self._person, "message_id": message["message_id"], "user": self._person}
        tapped = await self._post("tap", place | {"button": button})
        return str((await self._post("wait", {"answered": tapped["callback_id"]}))["callback"]["answer"])

    async def download(self, message: Message) -> bytes:
        """The file of a message, as the bot's own API hands it out.

        Raises:
            Stuck: when it does not.
        """
        asked = {"file_id": message["file"]["file_id"]}
        async with self._session.get(f"{self._sandbox}/bot{BOT}/getFile", params=asked, timeout=_TIMEOUT) as answer:
            path = (await answer.json())["result"]["file_path"]
        async with self._session.get(f"{self._sandbox}/file/bot{BOT}/{path}", timeout=_TIMEOUT) as answer:
            if answer.status != 200:
                raise Stuck(f"the file {path} cannot be downloaded: {answer.status}.")
            return await answer.read()

    async def messages(self) -> list[Message]:
        """All messages of the chat, with all their versions."""
        where = f"{self._sandbox}/sim/transcript"
        async with self._session.get(where, params={"chat_id": self._person}, timeout=_TIMEOUT) as answer:
            return list((await answer.json())["messages"])

    async def _post(self, what: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        async with self._session.post(f"{self._sandbox}/sim/{what}", json=body, timeout=_TIMEOUT) as answer:
            found: Mapping[str, Any] = await answer.json()
        if answer.status != 200:
            why = str(found.get("description", answer.status)).partition("\n")[0]
            raise Stuck(f"the chat does not show {body.get('matches') or body.get('button') or what!r}: {why}.")
        return found
