"""Holds the sandbox process to ending with whoever has started it, even one that was killed."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE

import aiohttp
import pytest

PARENT = """
import asyncio
from agent.sandbox.launch import launched

async def main():
    async with launched() as url:
        print(url, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


async def _is_gone(url: str) -> bool:
    async with aiohttp.ClientSession() as session:
        try:
            async with session.get(f"{url}/sim/calls"):
                return False
        except aiohttp.ClientError:
            return True


async def test_a_sandbox_does_not_outlive_a_parent_that_is_killed() -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, stdin=DEVNULL, stdout=PIPE)
    assert parent.stdout is not None
    url = (await asyncio.wait_for(parent.stdout.readline(), 20)).decode().strip()
    assert not await _is_gone(url)

    parent.kill()
    await parent.wait()

    async with asyncio.timeout(10):
        while not await _is_gone(url):  # noqa: ASYNC110 - nobody is left who could tell
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("end", [DEVNULL, PIPE])
async def test_without_the_option_a_sandbox_does_not_care_for_its_input(end: int) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "agent.sandbox", stdin=end, stdout=PIPE)
    assert process.stdout is not None
    try:
        url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        if process.stdin is not None:
            process.stdin.close()
        assert not await _is_gone(url)
    finally:
        process.terminate()
        await process.wait()
