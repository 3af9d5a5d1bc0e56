"""Asks a real Prometheus with a history that was made up, so that it is known when every alert would have fired."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.past import DEADLINE, needed, remembered

ROOT = Path(__file__).parents[2]
STEP = 30
HOURS = 26

pytestmark = needed


@dataclass(frozen=True)
class Past:
    """A server with a history that ended just now.

    Attributes:
        start: the first sample, in Unix seconds.
    """

    url: str
    start: int


def latency(minute: float) -> int:
    """Above its limit of 45 s for twenty minutes in the second hour, and for four, too short to fire, in the third."""
    return 90 if 60 <= minute < 80 or 120 <= minute < 124 else 18


def history(start: int) -> str:
    """A gauge, and requests of which all fail in the minutes from 600 to 660."""
    with io.StringIO() as text:
        text.write("# TYPE codex_bot_run_latency_p95 gauge\n")
        for at in range(start, start + HOURS * 3600, STEP):
            text.write(f"codex_bot_run_latency_p95 {latency((at - start) / 60)} {at}\n")
        text.write("# TYPE phoenix_endpoint_stop_duration_count gauge\n")
        good = bad = 0
        for at in range(start, start + HOURS * 3600, STEP):
            failing = 600 <= (at - start) / 60 < 660
            good, bad = good + 10 * (not failing), bad + 10 * failing
            text.write(f'phoenix_endpoint_stop_duration_count{{status_class="2xx"}} {good} {at}\n')
        bad = 0
        for at in range(start, start + HOURS * 3600, STEP):
            bad += 10 * (600 <= (at - start) / 60 < 660)
            text.write(f'phoenix_endpoint_stop_duration_count{{status_class="5xx"}} {bad} {at}\n')
        text.write("# EOF\n")
        return text.getvalue()


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    folder = tmp_path_factory.mktemp("past")
    start = (int(time.time()) - HOURS * 3600) // STEP * STEP
    with remembered(folder, history(start)) as url:
        yield Past(url, start)


def backtest(past: Past, *arguments: str, spec: Path = ROOT / "slo.yaml") -> str:
    options = (f"--prometheus={past.url}", "--days=1.06", f"--spec={spec}")
    command = [sys.executable, "-m", "generator", "backtest", *options, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=DEADLINE, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def verdicts(past: Past, *arguments: str, spec: Path = ROOT / "slo.yaml") -> Mapping[str, Mapping[str, Any]]:
    return {each["alert"]: each for each in json.loads(backtest(past, "--json", *arguments, spec=spec))}


def minutes(past: Past, episode: Mapping[str, Any]) -> tuple[float, float]:
    """From and until which minute of the history."""
    found = [datetime.fromisoformat(episode[key]).astimezone(UTC).timestamp() for key in ("start", "end")]
    return (found[0] - past.start) / 60, (found[1] - past.start) / 60


def test_an_alert_would_have_fired_when_its_gauge_was_beyond_its_limit_for_long_enough(past: Past) -> None:
    found = verdicts(past, "--alert=HighP95Latency")["HighP95Latency"]

    assert [minutes(past, episode) for episode in found["episodes"]] == [(65.0, 80.0)]  # `for` is five minutes
    assert found["seconds"] == 15 * 60


def test_burn_rate_alerts_are_asked_of_the_raw_series(past: Past) -> None:
    name = "OpenagentsRuntimeHttpAvailabilityBudgetBurn"

    found = verdicts(past, f"--alert={name}")

    (fast,) = found[f"{name} (1h)"]["episodes"]
    began, ended = minutes(past, fast)
    assert 612 < began < 632  # 28.8 % of an hour without successes, and `for`
    assert 660 < ended < 690  # five minutes without errors, and `keep_firing_for`
    assert found[f"{name} (1h)"]["expanded"]


def test_a_changed_spec_is_shown_beside_the_old_one(past: Past, tmp_path: Path) -> None:
    changed = tmp_path / "slo.yaml"
    text = (ROOT / "slo.yaml").read_text("utf-8")
    assert "above: 45s" in text
    changed.write_text(text.replace("above: 45s", "above: 120s\n        reason: A test.", 1), "utf-8")

    (row,) = json.loads(backtest(past, "--json", "--alert=HighP95Latency", f"--against={changed}"))

    assert (row["before"]["fired"], row["after"]["fired"]) == (1, 0)


def test_the_table_has_a_row_for_every_alert_that_was_asked(past: Past) -> None:
    said = backtest(past, "--system=codex-bot")

    assert "HighP95Latency" in said
    assert "CodexBotRunSuccessBudgetBurn (3h)" in said
    assert "OrchestratorDown" not in said


def test_memory_does_not_grow_with_the_history(past: Past, tmp_path: Path) -> None:
    script = (
        "import resource, sys; from generator.cli import main; code = main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
    )

    def peak(days: str) -> int:
        options = (f"--prometheus={past.url}", f"--days={days}", "--alert=OrchestratorDown", "-q")
        command = [sys.executable, "-c", script, "backtest", *options, f"--spec={ROOT / 'slo.yaml'}"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=DEADLINE, env=environment)
        return int(done.stderr.split()[-1])

    # The job is absent all the time, so every moment has a sample: one piece of history beside thirty.
    assert peak("90") < peak("3") + 10_000  # kilobytes
