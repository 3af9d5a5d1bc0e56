"""What `docker compose up` starts as the agent, without Docker: a chat that can be read and written from outside."""

import asyncio
import os
import re
import shlex
import shutil
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

ROOT = Path(__file__).parents[2]
WITHIN = 40
VARIABLE = re.compile(r"\$\{(\w+)(?::?[-?]([^}]*))?\}")
FILLED_IN = {"LOCAL_API_KEYS": "sesame:admin:*", "ALERTMANAGER_WEBHOOK_TOKEN": "open"}


def interpolated(text: str) -> str:
    """With the example's secrets filled in and nothing else, as Compose does it."""
    return VARIABLE.sub(lambda found: FILLED_IN.get(found[1], (found[2] or "") if "-" in found[0] else ""), text)


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _told(path: str) -> str:
    """The arguments that the head of the file gives to curl for this path."""
    (found,) = re.findall(
        rf"^#\s+curl (.*) http://localhost:\d+{path}$", (ROOT / "compose.yaml").read_text(), re.MULTILINE
    )
    return str(found)


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["tocsin-agent"]
    return found


def test_the_default_command_is_the_sandbox_and_an_empty_one_is_no_argument(service: dict[str, Any]) -> None:
    assert shlex.split(interpolated(service["command"]))[0] == "--sandbox"
    assert "TOCSIN_AGENT_COMMAND-" in service["command"]  # without a colon: empty is a value of its own


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is missing: apt-get install curl")
async def test_the_agent_of_the_default_answers_its_person_at_the_published_ports(
    tmp_path: Path, service: dict[str, Any]
) -> None:
    ports = {inside: free_port() for inside in ("8080", "8081")}

    def moved(text: str) -> str:
        return re.sub(r"\b808[01]\b", lambda found: ports[found[0]], text)

    assert [port.rpartition(":")[2] for port in service["ports"]] == list(ports)
    said = {name: moved(interpolated(str(value))) for name, value in service["environment"].items()}
    machine = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = shlex.split(moved(interpolated(service["command"])))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent", *command, env=machine | said, cwd=tmp_path, stdin=DEVNULL, stdout=PIPE
    )
    assert process.stdout
    try:
        async with asyncio.timeout(WITHIN), aiohttp.ClientSession() as session:
            welcome = [await process.stdout.readline() for _ in range(4)]
            async with session.get(f"http://127.0.0.1:{ports['8080']}/health/ready") as answer:
                assert answer.status == 200
            control = f"http://127.0.0.2:{ports['8081']}"  # not 127.0.0.1: reachable from outside of the container
            said_as_told = await asyncio.create_subprocess_exec(
                *("curl", "--silent", "--fail", *shlex.split(_told("/sim/message"))),
                f"{control}/sim/message", stdin=DEVNULL, stdout=PIPE,
            )  # fmt: skip
            assert b"update_id" in (await said_as_told.communicate())[0]
            wait = {"chat_id": 1001, "matches": "Session S1 in demo", "sender": "bot"}
            async with session.post(f"{control}/sim/wait", json=wait) as answer:
                assert answer.status == 200, await answer.text()
    finally:
        process.terminate()
        await process.wait()

    assert f"http://127.0.0.1:{ports['8081']}/sim/transcript" in b"".join(welcome).decode()


async def test_a_control_without_a_sandbox_is_one_clear_error(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agent", "--sandbox-control=0.0.0.0:8081"),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}, cwd=tmp_path, stdin=DEVNULL, stderr=PIPE,
    )  # fmt: skip
    _, errors = await process.communicate()

    assert (process.returncode, errors.decode()) == (
        2,
        "--sandbox-control: there is no sandbox; add --sandbox, or leave it out\n",
    )
