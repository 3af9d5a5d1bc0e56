"""One sandbox process for all tests here, reset before each."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from telegram import Bot
from telegram.request import HTTPXRequest

from agent.sandbox.bot import DEFAULT_TOKEN
from agent.sandbox.launch import launched
from agent.sandbox.remote import Remote

from .stage import CHAT, Stage


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox_url() -> AsyncIterator[str]:
    """The base URL of a running sandbox."""
    async with launched("--port", "0") as url:
        yield url


@pytest_asyncio.fixture
async def stage(sandbox_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A fresh world with one known chat."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    bot = _bot(sandbox_url)
    async with aiohttp.ClientSession() as http:
        sim = Remote(http, sandbox_url)
        await sim.post("reset")
        await sim.post("chat", chat_id=CHAT, name="Ada")
        async with bot:
            yield Stage(bot, sim, http)


def _bot(url: str) -> Bot:
    requests = [HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2)]  # loading certificates is slow
    return Bot(
        DEFAULT_TOKEN,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )
