"""The agent's chat as a person reads it, looked at through the simulated Telegram's own door. HTTP and nothing else."""

import asyncio
import contextlib
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import aiohttp

from generator.drill.subject import Subject
from generator.drill.watching.views import PAUSE

Message: TypeAlias = Mapping[str, Any]

_RESOLVED: Final = re.compile(r"\bresolved\b", re.IGNORECASE)
_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)


class ChatReceiver:
    """Reads all chats of the simulated Telegram.

    Args:
        session: the HTTP client.
        sandbox: its base URL.
    """

    def __init__(self, session: aiohttp.ClientSession, sandbox: str) -> None:
        self._session = session
        self._sandbox = sandbox
        self._messages: Sequence[Message] = ()
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    @property
    def kind(self) -> str:
        """For the report."""
        return "the agent's chat"

    @property
    def pace(self) -> float:
        """Telegram takes a message a second in a chat, and every rehearsal has one to send and one to edit."""
        return 2.0

    async def wait_for_message(self, subject: Subject, patience: float) -> bool:
        """Whether a message names the alert and does not say that it is over."""
        return await self._until(lambda: bool(open_about(self._messages, subject.name)), patience)

    async def wait_for_resolved(self, subject: Subject, patience: float) -> bool:
        """Whether every message that names the alert says that it is over."""

        def is_over() -> bool:
            return bool(about(self._messages, subject.name)) and not open_about(self._messages, subject.name)

        return await self._until(is_over, patience)

    async def _until(self, holds: Any, patience: float) -> bool:  # noqa: ANN401 - a predicate
        end = time.monotonic() + patience
        while time.monotonic() < end:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                await self._read()
            if holds():
                return True
            await asyncio.sleep(PAUSE)
        return False

    async def _read(self) -> None:
        """One reading serves all who wait."""
        async with self._reading:
            if time.monotonic() - self._read_at < PAUSE:
                return
            chats = (await self._json("/sim/state"))["chats"]
            found = [await self._json(f"/sim/transcript?chat_id={chat['id']}") for chat in chats]
            self._messages = [message for chat in found for message in chat["messages"]]
            self._read_at = time.monotonic()

    async def _json(self, path: str) -> Any:  # noqa: ANN401 - whatever the sandbox says
        async with self._session.get(f"{self._sandbox}{path}", timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            return await answer.json()


def about(messages: Sequence[Message], alert: str) -> list[Message]:
    """The bot's messages that name the alert now or named it once, and stand in the chat."""
    name = re.compile(rf"(?<!\w){re.escape(alert)}(?!\w)")
    return [
        message
        for message in messages
        if message["sender"] == "bot"
        and message["deleted_at"] is None
        and any(name.search(version["text"]) for version in message["versions"])
    ]


def open_about(messages: Sequence[Message], alert: str) -> list[Message]:
    """Those of them whose newest version does not say that it is over."""
    return [message for message in about(messages, alert) if not _RESOLVED.search(message["text"])]
