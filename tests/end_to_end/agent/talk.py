"""One person in one chat: writes, taps, and waits until the bot has said something."""

import re
from dataclasses import dataclass
from typing import Any, Final

from agent.sandbox.remote import Remote

PERSON: Final = 1001
"""The admin of the stage."""

_SESSION: Final = re.compile(r"Session (S\d+) in")
Shown = dict[str, Any]
"""A message as it is shown: `text`, `buttons`, `versions`, ... of the sandbox's transcript."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A chat."""

    remote: Remote
    chat_id: int
    person: int

    async def says(self, text: str, **more: object) -> int:
        """Write; answers the number of the message."""
        return int((await self.remote.write(self.chat_id, text, user=self.person, **more))["message_id"])

    async def taps(self, button: str, **more: object) -> Shown:
        """Tap the newest button with this text; answers once the tap was answered."""
        tapped = await self.remote.tap(self.chat_id, button, user=self.person, **more)
        answered: Shown = (await self.remote.post("wait", answered=tapped["callback_id"]))["callback"]
        return answered

    async def sees(self, pattern: str, **more: object) -> Shown:
        """Wait for words of the bot; the newest message that has them."""
        return await self.remote.see(self.chat_id, pattern, sender="bot", **more)

    async def asks(self, text: str, pattern: str, **more: object) -> Shown:
        """Write, and wait for an answer below."""
        return await self.sees(pattern, after=await self.says(text), **more)

    async def sends(self, name: str, content: str, text: str = "") -> int:
        """Send a file; answers the number of the message."""
        return await self.says(text, document={"name": name, "content": content})

    async def opens(self, profile: str = "default") -> str:
        """A session in the project `demo`; answers its id."""
        opened = _SESSION.search((await self.asks(f"/new demo {profile}", _SESSION.pattern))["text"])
        assert opened is not None
        return opened[1]

    async def heard(self) -> list[Shown]:
        """Everything of the bot, the oldest first."""
        return [each for each in await self.remote.messages(self.chat_id) if each["sender"] == "bot"]


def labels(message: Shown) -> list[str]:
    """The texts of a message's buttons."""
    return [button["text"] for row in message["buttons"] for button in row]
