"""Starts the sandbox as a process of its own, and ends that very process."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

_READY_WITHIN: Final = 20.0
_GONE_WITHIN: Final = 5.0


@asynccontextmanager
async def launched(*arguments: str) -> AsyncIterator[str]:
    """A running sandbox for the length of the block; gives its base URL."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "agent.sandbox",
        "--until-eof",
        *arguments,
        stdin=asyncio.subprocess.PIPE,  # it ends with us, also when we are killed
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield await asyncio.wait_for(_url(process), _READY_WITHIN)
    finally:
        await _end(process)


async def _url(process: asyncio.subprocess.Process) -> str:
    line = await process.stdout.readline() if process.stdout else b""
    if not line.startswith(b"http"):
        raise OSError(line.decode().strip() or "the sandbox did not start")
    return line.decode().strip()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _GONE_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()
