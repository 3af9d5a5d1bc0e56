"""Holds the embedded profiles to what is installed, and the stand-ins to the real runner."""

import os
from pathlib import Path

import pytest

from agent.adapters.profiles import load, sandbox_profiles
from agent.adapters.runner import CliRunner, Hooks
from agent.domain.activity import Success
from agent.domain.profile import Dialect, Profile
from agent.logs import Redaction
from agent.ports import Order
from agent.settings import load as load_settings

LIMITS = load_settings({}, sandbox=True).limits


@pytest.mark.parametrize(
    ("there", "chosen"), [({"codex", "claude"}, "codex"), ({"claude"}, "claude"), (set(), "standin")]
)
def test_the_default_is_the_first_that_is_installed(there: set[str], chosen: str) -> None:
    profiles = load(None, LIMITS, there.__contains__)

    assert set(profiles) == {"default", "codex", "claude", "standin"}
    assert profiles["default"].program == profiles[chosen].program
    assert all(profiles[name].name == name for name in profiles)


def test_every_embedded_profile_has_the_patience_of_the_settings() -> None:
    patience = {(each.idle_seconds, each.timeout_seconds) for each in load(None, LIMITS).values()}

    assert patience == {(LIMITS.run_idle_seconds, LIMITS.run_timeout_seconds)}


def test_in_the_sandbox_nothing_real_is_started() -> None:
    profiles = sandbox_profiles(LIMITS)

    assert profiles["default"].dialect is Dialect.CODEX
    assert profiles["claude"].tools_ask
    assert all("agent.standin" in each.launcher[3] for each in profiles.values())


@pytest.mark.parametrize("name", ["default", "claude"])
async def test_a_stand_in_runs_wherever_it_is_started(tmp_path: Path, name: str) -> None:
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent" / "__init__.py").write_text("raise SystemExit('the wrong agent')\n")
    profile = sandbox_profiles(LIMITS)[name]

    assert await outcome(tmp_path, profile) == Success("hello")


async def outcome(folder: Path, profile: Profile) -> object:
    homes = {"CODEX_HOME": str(folder / "c"), "CLAUDE_CONFIG_DIR": str(folder / "d"), "STANDIN_PACE": "0"}
    runner = CliRunner(
        {"PATH": os.environ["PATH"], **homes}, Redaction(), kill_grace_seconds=2, hooks=Hooks("exit 2", "exit 2")
    )
    execution = await runner.start(
        Order(
            run_id="0f0e3ad4-8d4e-4b3c-9a50-2f6f3a3c9f11",
            profile=profile,
            prompt="say hello",
            workspace=folder,
            log=folder / "job.log",
        )
    )
    _ = [activity async for activity in execution.activities()]
    return await execution.verdict()
