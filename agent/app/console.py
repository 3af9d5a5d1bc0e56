"""The sandbox's chat on a terminal: lines are messages, `!1` taps the first button, the end of input leaves."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable
from typing import Final

import aiohttp

from agent.sandbox.plain import JsonObject
from agent.sandbox.remote import Refused, Remote

_LOOK_SECONDS: Final = 0.3
HINT: Final = "Write to the bot and press Enter; /help lists the commands, !1 taps button 1, Ctrl-D leaves."


class Console:
    """One person at a terminal."""

    def __init__(self, remote: Remote, person: int, show: Callable[[str], None]) -> None:
        self._remote = remote
        self._person = person
        self._show = show
        self._seen: dict[int, int] = {}
        self._buttons: list[JsonObject] = []

    async def watch(self) -> None:
        """Show what the bot says and edits, until cancelled."""
        while True:
            for message in await self._remote.messages(self._person):
                versions = len(message["versions"])
                if message["sender"] == "bot" and self._seen.get(message["message_id"]) != versions:
                    self._seen[message["message_id"]] = versions
                    self._tell(message, edited=versions > 1)
            await asyncio.sleep(_LOOK_SECONDS)

    async def say(self, line: str) -> None:
        """Send a line, or tap a button; what cannot be done is said."""
        number = line.removeprefix("!")
        if number == line:
            await self._remote.write(self._person, line)
        elif number.isdecimal() and 0 < int(number) <= len(self._buttons):
            await self._tap(self._buttons[int(number) - 1])
        else:
            self._show(f"There is no button {number}.")

    async def _tap(self, button: JsonObject) -> None:
        if button["url"]:
            self._show(button["url"])
            return
        try:
            await self._remote.post("tap", chat_id=self._person, data=button["data"])
        except Refused as refused:
            self._show(str(refused))

    def _tell(self, message: JsonObject, *, edited: bool) -> None:
        buttons = [button for row in message["buttons"] for button in row]
        if buttons:
            self._buttons = buttons
        file = [f"<{message['file']['file_name']}>"] if message["file"] else []
        labels = "  ".join(f"!{number} [{button['text']}]" for number, button in enumerate(buttons, 1))
        body = "\n  ".join(filter(None, [*file, *message["text"].splitlines(), labels]))
        self._show(f"{'✎' if edited else '●'} {body}")


async def chat(url: str, person: int) -> None:
    """Chat on this terminal until the input ends."""
    async with aiohttp.ClientSession() as session:
        console = Console(Remote(session, url), person, _print)
        watching = asyncio.create_task(console.watch())
        try:
            _print(HINT)
            async for line in _typed():
                await console.say(line)
        finally:
            watching.cancel()


async def _typed() -> AsyncIterator[str]:
    """Lines with something on them. The thread is a daemon: a read that waits for Enter must not hold up the end."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in iter(sys.stdin.readline, ""):
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    while line := await lines.get():
        if line.strip():
            yield line.strip()


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
