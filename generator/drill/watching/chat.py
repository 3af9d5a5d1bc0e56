"""The agent's chat as a person reads it, looked at through the simulated Telegram's own door. HTTP and nothing else."""

import asyncio
import contextlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
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
        """Telegram takes a message a second in a chat; an alert needs one, an edit for its end, and room beside others."""
        return 3.0

    async def wait_for_message(self, subject: Subject, patience: float) -> bool:
        """Whether the newest message about the alert does not say that it is over."""
        return await self._until(lambda: self._is_over(subject) is False, patience)

    async def wait_for_resolved(self, subject: Subject, patience: float) -> bool:
        """Whether the newest message about the alert says that it is over."""
        return await self._until(lambda: self._is_over(subject) is True, patience)

    def _is_over(self, subject: Subject) -> bool | None:
        """None while there is no message about it."""
        found = incident(self._messages, subject.name)
        return None if found is None else is_over(found)

    async def _until(self, holds: Callable[[], bool], patience: float) -> bool:
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


def incident(messages: Sequence[Message], alert: str) -> Message | None:
    """The newest message of the bot that is about the alert, which is to say: whose first line names it.

    Summaries and reminders name alerts further down, and an older message may say that its incident goes on below.
    """
    name = re.compile(rf"(?<!\w){re.escape(alert)}(?!\w)")
    found = [each for each in messages if _stands(each) and name.search(each["text"].partition("\n")[0])]
    return max(found, key=lambda each: int(each["message_id"]), default=None)


def is_over(message: Message) -> bool:
    """Whether it says that all of it is resolved."""
    return _RESOLVED.search(message["text"].partition("\n")[0]) is not None


def _stands(message: Message) -> bool:
    """A chart is about an incident too, but says nothing of how it stands."""
    return message["sender"] == "bot" and message["deleted_at"] is None and not message.get("file")
