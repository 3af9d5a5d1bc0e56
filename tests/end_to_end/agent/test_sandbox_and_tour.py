"""What a newcomer starts first: it shows the whole loop, needs nothing, and leaves nothing behind."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from . import processes
from .stage import GONE_WITHIN, ROOT

AGENT = ("-m", "agent")


@asynccontextmanager
async def _started(folder: Path, *arguments: str) -> AsyncIterator[Process]:
    """With the environment of somebody who has set nothing, and a place for temporary files that can be looked at."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *AGENT,
        *arguments,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)},
        cwd=folder,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_the_tour_shows_a_run_an_approval_a_failure_and_what_others_see_of_them(tmp_path: Path) -> None:
    async with _started(tmp_path, "tour") as process:
        output, errors = await asyncio.wait_for(process.communicate(), 60)
    shown = output.decode()
    assert (process.returncode, errors.decode()) == (0, "")
    for words in (
        "Session S1 in demo",
        "Done. I looked around",
        "(answered: ✅ Approval",
        "Approved by user 1001.",
        "Pushed.",
        "CLI ended with an error",
        "[Retry]",
        'codex_bot_runs_total{status="completed"} 2.0',
        'codex_bot_runs_total{status="failed"} 2.0',
        '"alert_type": "run.failed"',
        '"alert_type": "tool.approval.requested"',
    ):
        assert words in shown, f"{words} is missing in\n{shown}"
    assert _left_behind(tmp_path) == []


@pytest.mark.parametrize("signal_name", ["SIGTERM", "SIGINT"])
async def test_the_sandbox_says_where_it_is_and_is_gone_when_it_is_ended(tmp_path: Path, signal_name: str) -> None:

    async with _started(tmp_path, "--sandbox") as process, aiohttp.ClientSession() as session:
        said = await asyncio.wait_for(_said(process), GONE_WITHIN)
        api, sandbox = _address(said, "API"), _address(said, "Telegram")
        async with session.get(f"{api}/health/ready") as answer:
            assert (await answer.json())["status"] == "ready"
        wish = {"chat_id": 1001, "text": "[[spawn-child stubborn; say begun; sleep 60]]"}
        async with session.post(f"{sandbox}/sim/message", json=wish) as answer:
            assert answer.status == 200
        wait = {"chat_id": 1001, "matches": "Running|Queued"}
        async with session.post(f"{sandbox}/sim/wait", json=wait) as answer:
            assert answer.status == 200, await answer.text()
        began = processes.descendants(process.pid)
        assert len(began) >= 2  # the sandbox, and the CLI
        process.send_signal(getattr(signal, signal_name))
        assert await asyncio.wait_for(process.wait(), GONE_WITHIN) == 0
    assert processes.command_lines(*began).strip() == ""
    assert _left_behind(tmp_path) == []


async def _said(process: Process) -> str:
    lines = []
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        lines.append(line)
        if line.strip().startswith("noted in"):
            return "".join(lines)
    raise AssertionError("".join(lines))


def _address(said: str, what: str) -> str:
    line = next(line for line in said.splitlines() if line.strip().startswith(what))
    url = next(word for word in line.split() if word.startswith("http://"))
    return "/".join(url.split("/")[:3])


def _left_behind(folder: Path) -> list[str]:
    """Temporary folders; what a CLI keeps in its home is its own."""
    with contextlib.suppress(FileNotFoundError):
        return [path.name for path in folder.iterdir() if path.name != ".local"]
    return []
