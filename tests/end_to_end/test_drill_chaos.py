"""The restart and reconnect gate with the real agent: what it must keep while it is killed."""

import asyncio
import importlib.util
import json
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from generator.drill import chaos
from generator.drill.chaos.scenarios import SCENARIOS, Scenario
from generator.drill.report import Case
from generator.drill.running import Drill
from generator.spec.load import load

SPEC = Path(__file__).parents[2] / "slo.yaml"
OF_THE_AGENT_ALONE = ("agent_killed_with_open_run", "missed_updates_replayed")
DEADLINE = 120.0


def missing() -> str:
    """What keeps the agent or the stack from running here."""
    if shutil.which("prometheus") is None or not any(map(shutil.which, ("prometheus-alertmanager", "alertmanager"))):
        return "prometheus or alertmanager is missing: apt-get install prometheus prometheus-alertmanager"
    try:
        version("tocsin")
    except PackageNotFoundError:
        return "tocsin is not installed: pip install --editable ."
    return "" if importlib.util.find_spec("agent") else "the agent is not there"


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


def wanted(*names: str) -> list[Scenario]:
    return [scenario for scenario in SCENARIOS if scenario.case_id in names]


async def test_a_killed_agent_loses_no_run_and_no_message(tmp_path: Path) -> None:
    drill = Drill(load(SPEC).scaled(60), SPEC, tmp_path, with_agent=True, tell=lambda _: None)
    ended: list[Case] = []

    async with asyncio.timeout(DEADLINE):
        summary = await chaos.run(drill, ended.append, wanted(*OF_THE_AGENT_ALONE))

    assert [case.reason for case in ended] == ["", ""]
    written = json.loads((tmp_path / "summary.json").read_text())
    assert (written["harness"], written["overall_status"]) == ("tocsin.restart_reconnect_chaos.v1", "passed")
    assert written["totals"] == {"case_count": 2, "passed": 2, "failed": 0}
    assert summary.data() == written


def test_every_scenario_has_a_name_and_a_description_of_its_own() -> None:
    assert (
        len({scenario.case_id for scenario in SCENARIOS}) == len({s.description for s in SCENARIOS}) == len(SCENARIOS)
    )
