"""The server: any free port, a clear word about a taken one, and an end within bounds."""

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from agent.adapters.http import application, serving
from agent.errors import SettingsError
from tests.agent.adapters.http.stage import desk_of
from tests.agent.services.agency import Agency


async def test_port_zero_is_any_free_one() -> None:
    async with serving(web.Application(), "127.0.0.1", 0) as one, serving(web.Application(), "127.0.0.1", 0) as other:
        assert one != other
        assert one.startswith("http://127.0.0.1:")


async def test_the_sixth_version_is_written_with_brackets() -> None:
    async with serving(web.Application(), "::1", 0) as url:
        assert url.startswith("http://[::1]:")


async def test_a_taken_port_is_told_by_the_name_of_its_setting() -> None:
    async with serving(web.Application(), "127.0.0.1", 0) as url:
        port = int(url.rsplit(":", 1)[1])
        with pytest.raises(SettingsError, match=f"BIND_PORT: 127.0.0.1:{port} cannot be used"):
            async with serving(web.Application(), "127.0.0.1", port):
                pass


async def test_listeners_do_not_hold_up_the_end(tmp_path: Path) -> None:
    app = application(desk_of(Agency(), tmp_path))
    async with aiohttp.ClientSession() as session:
        async with serving(app, "127.0.0.1", 0) as url:
            response = await session.get(f"{url}/api/events")
            await response.content.readline()
            begun = time.monotonic()
        assert time.monotonic() - begun < 2
        async with asyncio.timeout(5):
            assert await response.content.read() == b"\n"
