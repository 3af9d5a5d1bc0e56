"""What every test of the sandbox holds in its hands: the bot, bare HTTP, and the control."""

from dataclasses import dataclass
from typing import Any

import aiohttp
from telegram import Bot

from agent.sandbox.bot import DEFAULT_TOKEN
from agent.sandbox.remote import Remote

CHAT = 42
GROUP = -1001234567890


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of the Bot API."""

    status: int
    body: dict[str, Any]

    @property
    def description(self) -> str:
        """What a refusal says."""
        return str(self.body.get("description", ""))


@dataclass(frozen=True)
class Stage:
    """One fresh sandbox with one known private chat."""

    bot: Bot
    sim: Remote
    http: aiohttp.ClientSession

    async def call(self, method: str, *, token: str = DEFAULT_TOKEN, **fields: Any) -> Answer:  # noqa: ANN401 - JSON
        """Call a method with a JSON body."""
        async with self.http.post(f"{self.sim.url}/bot{token}/{method}", json=fields) as answer:
            return Answer(answer.status, await answer.json())

    async def send(self, text: str, **fields: Any) -> Answer:  # noqa: ANN401 - JSON
        """Call sendMessage in the known chat."""
        return await self.call("sendMessage", chat_id=CHAT, text=text, **fields)

    async def send_buttons(self, *buttons: dict[str, Any]) -> Answer:
        """Send a message with one row of buttons."""
        return await self.send("Choose", reply_markup={"inline_keyboard": [list(buttons)]})
