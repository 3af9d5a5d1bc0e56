"""Asks a real Prometheus with a history that was made up, so that it is known when every alert would have fired."""

import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.docs.blocks import hold
from tests.past import DEADLINE, needed, remembered

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/backtest.md"
STEP = 30
HOURS = 26
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
MOMENTS = ("2026-03-01T06:00:00Z", "2026-03-01T07:05:00Z", "2026-03-01T20:05:30Z")
"""When the history begins and when two alerts do, had it begun at six."""

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


def is_scraped(minute: float) -> bool:
    """From the fifth hour on, with a gap of an hour in the fifteenth."""
    return 300 <= minute < 840 or minute >= 900


def history(start: int) -> str:
    """A gauge, a job that comes late and has a gap, and requests of which all fail in the minutes from 600 to 660."""
    with io.StringIO() as text:
        text.write("# TYPE codex_bot_run_latency_p95 gauge\n")
        for at in range(start, start + HOURS * 3600, STEP):
            text.write(f"codex_bot_run_latency_p95 {latency((at - start) / 60)} {at}\n")
        text.write("# TYPE up gauge\n")
        for at in range(start, start + HOURS * 3600, STEP):
            if is_scraped((at - start) / 60):
                text.write(f'up{{job="televibe-orchestrator",instance="a"}} 1 {at}\n')
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


def backtest(past: Past, *arguments: str, spec: Path = ROOT / "slo.yaml", days: str = "1.06") -> str:
    options = (f"--prometheus={past.url}", f"--days={days}", f"--spec={spec}")
    command = [sys.executable, "-m", "generator", "backtest", *options, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=DEADLINE, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def told(past: Past, *arguments: str, days: str = "1.06") -> tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]:
    """What is said of the history, and of each alert."""
    found = json.loads(backtest(past, "--json", *arguments, days=days))
    return found["history"], {each["alert"]: each for each in found["alerts"]}


def verdicts(past: Past, *arguments: str) -> Mapping[str, Mapping[str, Any]]:
    return told(past, *arguments)[1]


def minute(past: Past, moment: str) -> float:
    """Which of the history that is."""
    return (datetime.fromisoformat(moment).astimezone(UTC).timestamp() - past.start) / 60


def minutes(past: Past, episode: Mapping[str, Any]) -> tuple[float, float]:
    """From and until which minute of the history."""
    return minute(past, episode["start"]), minute(past, episode["end"])


def test_before_the_history_begins_nothing_is_judged(past: Past) -> None:
    history, found = told(past, days="30")

    assert minute(past, history["begins"]) == 0
    assert (history["asked_days"], history["judged_days"]) == (30.0, pytest.approx(HOURS / 24, abs=0.01))
    assert [minutes(past, each) for each in found["HighP95Latency"]["episodes"]] == [(65.0, 80.0)]
    assert minute(past, found["HighP95Latency"]["judged_from"]) == 0


def test_a_job_is_down_only_after_it_has_been_seen(past: Past) -> None:
    found = told(past, "--alert=OrchestratorDown", days="30")[1]["OrchestratorDown"]

    assert minute(past, found["judged_from"]) == 300
    ((began, ended),) = (minutes(past, each) for each in found["episodes"])
    assert 840 < began < 850  # five minutes until the last sample is old, and `for`
    assert ended >= 900


def test_of_what_never_was_there_nothing_is_said(past: Past) -> None:
    found = told(past, "--alert=NodeExporterDown", "--alert=DiskSpaceLow", days="30")[1]

    assert {each["status"] for each in found.values()} == {"no data"}
    assert not any("fired" in each for each in found.values())


def test_that_no_error_was_ever_counted_is_no_lack_of_data(past: Past) -> None:
    """The runtime's requests are counted by class, and those of another class alone are enough to judge by."""
    found = verdicts(past, "--alert=OpenAgentsRuntimeHttp5xxRateHigh")["OpenAgentsRuntimeHttp5xxRateHigh"]

    assert found["status"] == "judged"


def test_where_the_history_begins_is_said(past: Past) -> None:
    said = backtest(past, "--system=codex-bot", days="30")

    assert re.search(r"^the history begins at \S+Z; judged 1\.1 of 30 days$", said, re.MULTILINE)
    assert re.search(r"^HighRunFailureRate .* no data$", said, re.MULTILINE)
    assert "1 of 1 judged alerts would have fired, 1 time; " in said


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

    found = told(past, "--alert=HighP95Latency", f"--against={changed}")[1]["HighP95Latency"]

    assert (found["before"]["fired"], found["after"]["fired"], found["differs"]) == (1, 0, True)


def test_the_table_has_a_row_for_every_alert_that_was_asked(past: Past) -> None:
    said = backtest(past, "--system=codex-bot")

    assert "HighP95Latency" in said
    assert "CodexBotRunSuccessBudgetBurn (3h)" in said
    assert "OrchestratorDown" not in said


def test_the_page_shows_what_it_answers(past: Past) -> None:
    """The moments are those of this run, so the page's own are taken for them, and must be as long."""
    alerts = ("HighP95Latency", "OrchestratorDown", "NodeExporterDown")
    said = backtest(past, *(f"--alert={name}" for name in alerts), days="30")
    chosen = " ".join(f"--alert {name}" for name in alerts)
    command = f"$ tocsin backtest --prometheus http://localhost:9090 --days 30 \\\n    {chosen}"
    shown = f"{command}\n{said}"
    moments = dict(zip(dict.fromkeys(MOMENT.findall(shown)), MOMENTS, strict=True))

    hold("backtest", MOMENT.sub(lambda found: moments[found[0]], shown), PAGE)


def test_memory_does_not_grow_with_the_history(past: Past) -> None:
    script = (
        "import resource, sys, time;"
        "from generator.backtest import Address, Backtest, History, Question, Server;"
        "question = Question('A', 's', 'warning', 'vector(1)', 0.0, 0.0, 30.0); now = time.time();"
        "server = Server(Address.read(sys.argv[1]));"
        "found = Backtest(History(server), now - float(sys.argv[2]) * 86400, now).verdict(question);"
        "print(found.times, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )

    def peak(days: str) -> int:
        command = [sys.executable, "-c", script, past.url, days]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=DEADLINE, env=environment)
        times, kilobytes = done.stdout.split()
        assert times == "1"
        return int(kilobytes)

    # Every moment has a sample: one piece of history beside thirty.
    assert peak("90") < peak("3") + 10_000
