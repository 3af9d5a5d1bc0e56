"""One sandbox process for all tests here, reset before each, and the adapters' own connection to it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio

from agent.sandbox.launch import launched
from agent.sandbox.remote import Remote
from tests.agent.adapters.telegram.stage import CHAT, Stage, connected


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox_url() -> AsyncIterator[str]:
    async with launched("--port", "0") as url:
        yield url


@pytest_asyncio.fixture
async def stage(sandbox_url: str) -> AsyncIterator[Stage]:
    async with aiohttp.ClientSession() as http, connected(sandbox_url) as connection:
        sim = Remote(http, sandbox_url)
        await sim.post("reset")
        await sim.post("chat", chat_id=CHAT, name="Ada")
        yield Stage(connection, sim)
