"""Holds the runner to real processes: their end, their silence, their children and their flood of output."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.adapters.runner import CliRunner
from agent.adapters.runner import execution as execution_module
from agent.adapters.runner.processes import RUN_VARIABLE, mark_of, started_for
from agent.domain.activity import Activity, Failure, Said, Stopped, Success
from agent.domain.error_codes import ErrorCode
from agent.domain.profile import Profile
from agent.errors import LaunchError
from agent.logs import Redaction
from agent.ports import Execution, Order, ProcessMark
from tests.agent.makers import make_profile

ENVIRONMENT = {"PATH": os.environ["PATH"], "SECRET_OF_THE_AGENT": "hush", "WANTED": "yes"}


def runner(*, grace: float = 5.0, leaving: float = 0.2) -> CliRunner:
    return CliRunner(ENVIRONMENT, Redaction(["swordfish"]), kill_grace_seconds=grace, leaving_seconds=leaving)


def shell(script: str, **changes: object) -> Profile:
    return make_profile(program="sh", arguments=("-c", script, "{prompt}"), **changes)


RUN = f"run-{os.getpid()}"
"""What is left of a run is found by its id, so test workers side by side need ids of their own."""


def order(tmp_path: Path, profile: Profile, run_id: str = RUN) -> Order:
    return Order(
        run_id=run_id, profile=profile, prompt="p", workspace=tmp_path, log=tmp_path / "jobs" / f"{run_id}.log"
    )


async def everything(execution: Execution) -> list[Activity]:
    return [activity async for activity in execution.activities()]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - processes send no events
            await asyncio.sleep(0.01)


async def test_a_run_reports_and_ends(tmp_path: Path) -> None:
    execution = await runner().start(order(tmp_path, shell("echo one; echo two")))

    assert await everything(execution) == [Said("one"), Said("two")]
    assert await execution.verdict() == Success("one\ntwo")


async def test_it_works_in_its_workspace_with_nothing_on_its_input(tmp_path: Path) -> None:
    execution = await runner().start(order(tmp_path, shell("pwd; cat")))

    assert await everything(execution) == [Said(str(tmp_path))]


async def test_it_inherits_only_what_it_may(tmp_path: Path) -> None:
    execution = await runner().start(
        order(tmp_path, make_profile(program="env", arguments=("-u", "{prompt}"), environment=("WANTED",)))
    )

    names = {activity.text.partition("=")[0] for activity in await everything(execution) if isinstance(activity, Said)}
    assert "WANTED" in names
    assert RUN_VARIABLE in names
    assert "SECRET_OF_THE_AGENT" not in names


async def test_a_failing_command_fails_with_the_end_of_its_error_output(tmp_path: Path) -> None:
    execution = await runner().start(order(tmp_path, shell("echo no such thing >&2; exit 7")))

    assert await execution.verdict() == Failure(ErrorCode.CODEX_EXIT_NONZERO, "no such thing", 7)


async def test_stopping_ends_the_whole_group(tmp_path: Path) -> None:
    execution = await runner().start(order(tmp_path, shell("sleep 60 & sleep 60 & echo ready; wait")))
    assert await anext(execution.activities()) == Said("ready")

    await execution.stop()

    assert await execution.verdict() == Stopped()
    assert not list(started_for(RUN))


async def test_a_process_that_ignores_term_is_killed(tmp_path: Path) -> None:
    execution = await runner(grace=0.1).start(
        order(tmp_path, shell("trap '' TERM; echo ready; while :; do sleep 1; done"))
    )
    assert await anext(execution.activities()) == Said("ready")

    await execution.stop()

    assert await execution.verdict() == Stopped()
    assert not list(started_for(RUN))


async def test_a_child_that_left_the_group_is_ended_with_the_run(tmp_path: Path) -> None:
    execution = await runner().start(order(tmp_path, shell("setsid sleep 60 >/dev/null 2>&1 </dev/null & echo ready")))

    await everything(execution)
    await execution.verdict()

    assert not list(started_for(RUN))


async def test_silence_is_a_time_out(tmp_path: Path) -> None:
    execution = await runner().start(order(tmp_path, shell("sleep 60", idle_seconds=0.1)))

    verdict = await execution.verdict()

    assert isinstance(verdict, Failure)
    assert verdict.code is ErrorCode.EXEC_TIMEOUT
    assert "No output" in verdict.detail


async def test_output_postpones_the_idle_time_out_but_not_the_hard_one(tmp_path: Path) -> None:
    talking = shell("while :; do echo .; sleep 0.05; done", idle_seconds=1.0, timeout_seconds=1.5)
    execution = await runner().start(order(tmp_path, talking))

    assert len(await everything(execution)) > 3
    verdict = await execution.verdict()

    assert isinstance(verdict, Failure)
    assert "Not done" in verdict.detail


async def test_a_cli_that_lingers_after_its_end_is_ended_and_has_succeeded(tmp_path: Path) -> None:
    line = '{"type":"result","subtype":"success","is_error":false,"result":"Done."}'
    script = tmp_path / "claude"
    script.write_text(f"#!/bin/sh\necho '{line}'\nsleep 60\n")
    script.chmod(0o755)
    profile = make_profile(program=str(script), dialect="claude")

    execution = await runner().start(order(tmp_path, profile))

    assert await execution.verdict() == Success("Done.")
    assert not list(started_for(RUN))


async def test_a_line_of_ten_megabytes_is_read(tmp_path: Path) -> None:
    program = make_profile(program=sys.executable, arguments=("-c", "print('x' * 10_000_000)"))
    execution = await runner().start(order(tmp_path, program))

    await everything(execution)

    assert await execution.verdict() == Success("x" * 4000)
    assert (tmp_path / "jobs" / f"{RUN}.log").stat().st_size == 10_000_001


async def test_a_secret_in_a_long_line_is_masked_in_what_is_said_and_kept(tmp_path: Path) -> None:
    script = "import sys; sys.stdout.write('swordfish ' + 'x' * 300000 + '\\n')"
    profile = make_profile(program=sys.executable, arguments=("-c", script, "{prompt}"))
    wish = order(tmp_path, profile)
    execution = await runner().start(wish)
    (said,) = await everything(execution)

    assert isinstance(said, Said)
    assert said.text.startswith("*** x")
    assert "swordfish" not in str(await execution.verdict())
    assert await asyncio.to_thread(wish.log.read_text) == f"*** {'x' * 300_000}\n"


async def test_a_long_line_whose_secrets_take_their_time_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution_module, "_PIPE_SECONDS", 0.05)
    go_on = threading.Event()

    def slowly(text: str) -> str:
        assert len(text) < 300_000 or go_on.wait(10)
        return text

    script = "import sys; sys.stdout.write('x' * 300000)"
    profile = make_profile(program=sys.executable, arguments=("-c", script, "{prompt}"))
    wish = order(tmp_path, profile)
    execution = await CliRunner(ENVIRONMENT, slowly, kill_grace_seconds=1).start(wish)
    loop = asyncio.get_running_loop()
    await until(lambda: execution._process.returncode is not None)
    loop.call_later(0.5, go_on.set)  # ten times as long as a pipe is waited for

    assert len(await everything(execution)) == 1
    assert isinstance(await execution.verdict(), Success)
    assert await asyncio.to_thread(wish.log.read_text) == "x" * 300_000 + "\n"


async def test_a_slow_listener_loses_nothing(tmp_path: Path) -> None:
    execution = await runner().start(order(tmp_path, shell("seq 5000", idle_seconds=0.2)))
    found = 0
    async for _ in execution.activities():
        found += 1
        if found % 100 == 0:
            await asyncio.sleep(0.005)

    assert found == 5000
    assert isinstance(await execution.verdict(), Success)


async def test_nobody_has_to_listen_for_a_run_to_be_stopped(tmp_path: Path) -> None:
    execution = await runner().start(order(tmp_path, shell("seq 100000; sleep 60")))

    await execution.stop()

    assert await execution.verdict() == Stopped()
    await everything(execution)


async def test_its_log_has_what_it_wrote_without_secrets(tmp_path: Path) -> None:
    execution = await runner().start(order(tmp_path, shell("echo the word is swordfish")))
    await execution.verdict()

    assert (tmp_path / "jobs" / f"{RUN}.log").read_text() == "the word is ***\n"


async def test_a_missing_program_is_named(tmp_path: Path) -> None:
    profile = make_profile(program="no-such-cli")

    assert "no-such-cli is not installed" in runner().missing(profile)
    with pytest.raises(LaunchError, match="not installed") as caught:
        await runner().start(order(tmp_path, profile))
    assert caught.value.missing


async def test_a_missing_workspace_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="does not exist") as caught:
        await runner().start(order(tmp_path / "gone", shell("true")))
    assert not caught.value.missing


async def test_a_prompt_that_no_process_can_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LaunchError):
        await runner().start(order(tmp_path, make_profile(arguments=("a\0b",))))


async def left_over(tmp_path: Path) -> tuple[asyncio.subprocess.Process, ProcessMark]:
    environment = {**ENVIRONMENT, RUN_VARIABLE: "run-9"}
    process = await asyncio.create_subprocess_exec("sleep", "60", env=environment, start_new_session=True)
    mark = mark_of(process.pid)
    assert mark is not None
    return process, mark


async def test_what_an_earlier_life_left_is_reaped_by_its_mark_or_by_its_variable(tmp_path: Path) -> None:
    for known in (True, False):
        process, mark = await left_over(tmp_path)
        await until(lambda: any(started_for("run-9")))

        assert await runner().reap("run-9", mark if known else None)
        assert await process.wait() < 0


async def test_a_process_with_a_reused_pid_is_left_alone(tmp_path: Path) -> None:
    process, mark = await left_over(tmp_path)
    stale = ProcessMark(mark.pid, mark.started - 1, mark.boot_id)

    assert not await runner().reap("other-run", stale)
    assert process.returncode is None
    process.kill()
    await process.wait()


async def test_there_is_nothing_to_reap_of_a_run_that_ended(tmp_path: Path) -> None:
    assert not await runner().reap("nothing", None)
