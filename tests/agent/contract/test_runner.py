"""What every runner must do, run against the fake and the real one."""

import asyncio
import os
from pathlib import Path

import pytest

from agent.adapters.runner import CliRunner
from agent.domain.activity import Said, Stopped, Success
from agent.logs import Redaction
from agent.ports import Order, Runner
from tests.agent.fakes import Script, ScriptRunner
from tests.agent.makers import make_profile

SPEAKS = "echo one; echo two"
HANGS = "echo one; sleep 60"


@pytest.fixture(params=["script", "cli"])
def runner(request: pytest.FixtureRequest) -> Runner:
    if request.param == "cli":
        return CliRunner({"PATH": "/usr/bin:/bin"}, Redaction(), kill_grace_seconds=5)
    return ScriptRunner()


def order(runner: Runner, tmp_path: Path, script: str) -> Order:
    if isinstance(runner, ScriptRunner):
        said = [Said("one"), Said("two")] if script == SPEAKS else [Said("one")]
        runner.scripts.append(Script(said, Success("one\ntwo"), hangs=script == HANGS))
    profile = make_profile(program="sh", arguments=("-c", script, "{prompt}"))
    run_id = f"contract-{os.getpid()}"  # test workers side by side end only their own
    return Order(run_id=run_id, profile=profile, prompt="p", workspace=tmp_path, log=tmp_path / "log")


async def test_what_it_reports_comes_in_order_and_ends(runner: Runner, tmp_path: Path) -> None:
    execution = await runner.start(order(runner, tmp_path, SPEAKS))

    assert [activity async for activity in execution.activities()] == [Said("one"), Said("two")]
    assert await execution.verdict() == Success("one\ntwo")


async def test_a_verdict_can_be_asked_for_twice(runner: Runner, tmp_path: Path) -> None:
    execution = await runner.start(order(runner, tmp_path, SPEAKS))

    assert await execution.verdict() == await execution.verdict()


async def test_stopping_may_be_repeated_and_ends_the_report(runner: Runner, tmp_path: Path) -> None:
    execution = await runner.start(order(runner, tmp_path, HANGS))
    await asyncio.gather(execution.stop(), execution.stop())
    await execution.stop()

    assert await execution.verdict() == Stopped()
    async for _ in execution.activities():
        pass


async def test_it_has_a_process_of_its_own(runner: Runner, tmp_path: Path) -> None:
    execution = await runner.start(order(runner, tmp_path, SPEAKS))

    assert execution.mark.pid > 0
    await execution.verdict()


async def test_there_is_nothing_to_reap_where_nothing_was_left(runner: Runner) -> None:
    assert not await runner.reap("nothing-of-that-name", None)
