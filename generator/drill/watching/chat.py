"""The agent's chat as a person reads it, looked at through the simulated Telegram's own door. HTTP and nothing else."""

import asyncio
import contextlib
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import aiohttp

from generator.drill.subject import Subject
from generator.drill.watching.views import PAUSE

Message: TypeAlias = Mapping[str, Any]
Find: TypeAlias = Callable[[Sequence[Message], str], Message | None]

_RESOLVED: Final = re.compile(r"\bresolved\b", re.IGNORECASE)
_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)


class ChatReceiver:
    """Reads all chats of the simulated Telegram.

    Args:
        session: the HTTP client.
        sandbox: its base URL.
        named_after_alerts: whether a group has the alerts of one name only.
    """

    def __init__(self, session: aiohttp.ClientSession, sandbox: str, *, named_after_alerts: bool = True) -> None:
        self._session = session
        self._sandbox = sandbox
        self._find = finder(named_after_alerts=named_after_alerts)
        self._is_over_for = is_over_for if named_after_alerts else is_over_in_group_for
        self._messages: Sequence[Message] = ()
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    @property
    def kind(self) -> str:
        """For the report."""
        return "the agent's chat"

    @property
    def pace(self) -> float:
        """Telegram takes a message a second in a chat; an alert needs one, and an edit for its end; one is to spare."""
        return 3.0

    async def wait_for_message(self, subject: Subject, patience: float) -> bool:
        """Whether the newest message about the alert does not say that it is over."""
        return await self._until(lambda: self._is_over(subject) is False, patience)

    async def wait_for_resolved(self, subject: Subject, patience: float) -> bool:
        """Whether the newest message about the alert says that it is over."""
        return await self._until(lambda: self._is_over(subject) is True, patience)

    def _is_over(self, subject: Subject) -> bool | None:
        """None while there is no message about it."""
        found = self._find(self._messages, subject.name)
        return None if found is None else self._is_over_for(found, subject.name)

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


def finder(*, named_after_alerts: bool) -> Find:
    """How to find the incident of an alert among messages, given the name of the alert."""
    return incident if named_after_alerts else incident_of_group


def incident(messages: Sequence[Message], alert: str) -> Message | None:
    """The newest message of the bot that is about the alert, which is to say: whose first line names it.

    Summaries and reminders name alerts further down, and an older message may say that its incident goes on below.
    """
    name = _naming(alert)
    return _newest(each for each in messages if _stands(each) and name.search(_first_line(each)))


def incident_of_group(messages: Sequence[Message], alert: str) -> Message | None:
    """The newest message of the bot that tells of a group in which the alert is or was, wherever it names it.

    Summaries name alerts too, but have no buttons; an incident has some as long as it goes on.
    """
    name = _naming(alert)
    return _newest(
        each
        for each in messages
        if _stands(each) and any(then["buttons"] and name.search(then["text"]) for then in each["versions"])
    )


def is_over(message: Message) -> bool:
    """Whether it says that all of it is resolved."""
    return _RESOLVED.search(_first_line(message)) is not None


def is_over_for(message: Message, _alert: str) -> bool:
    """Whether it says so of the alert, when the alert is all that its group has."""
    return is_over(message)


def is_over_in_group_for(message: Message, alert: str) -> bool:
    """Whether it says so of the alert, when others may go on in its group: those that go on are named."""
    return is_over(message) or _naming(alert).search(message["text"]) is None


def _naming(alert: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(alert)}(?!\w)")


def _newest(messages: Iterable[Message]) -> Message | None:
    return max(messages, key=lambda each: int(each["message_id"]), default=None)


def _first_line(message: Message) -> str:
    return str(message["text"]).partition("\n")[0]


def _stands(message: Message) -> bool:
    """A chart is about an incident too, but says nothing of how it stands."""
    return message["sender"] == "bot" and message["deleted_at"] is None and not message.get("file")
