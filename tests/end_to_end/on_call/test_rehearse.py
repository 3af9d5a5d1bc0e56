"""`tocsin rehearse` as `make demo` runs it: the loop is closed within a minute, or it is said why not."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.agent.stage import ROOT

from .alertmanager import NEEDED

MINUTE = 60.0
HOPS = re.compile(r"^ +(\d+\.\d) s  \+ *(\d+\.\d\d)  (.+)$", re.MULTILINE)


def rehearse(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "generator", "rehearse", f"--out={folder / 'report'}", *arguments]
    known = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, timeout=MINUTE, check=False)


@NEEDED
@pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus is missing: apt-get install prometheus")
def test_a_run_fails_the_alert_fires_somebody_takes_it_and_it_is_resolved_in_place_within_a_minute(
    tmp_path: Path,
) -> None:
    done = rehearse(tmp_path, f"--spec={ROOT / 'slo.yaml'}")
    assert done.returncode == 0, done.stdout + done.stderr
    seen = [hop for _, _, hop in HOPS.findall(done.stdout)]
    for beside in ("whoever asked is told, and what can be done", "its chart, as a picture"):
        seen.remove(beside)  # nothing waits for that
    assert seen == [
        "runs succeed",
        "runs fail",
        "Prometheus scrapes a failure rate above the threshold",
        "the alert is pending",
        "the alert fires",
        "Alertmanager has it",
        "the incident is in the chat of whoever is on call",
        "acknowledged with a tap",
        "runs succeed again",
        "Prometheus scrapes a failure rate below the threshold",
        "the alert ends",
        "resolved in place, in the same message",
    ]
    assert "│ Now 28.57% (threshold: above 20 %)" in done.stdout
    assert "│ 👤 Ola has it since" in done.stdout
    assert "│ ✅ Resolved · warning · HighRunFailureRate" in done.stdout
    assert "the loop is closed" in done.stdout
    assert (tmp_path / "report" / "chart.png").read_bytes().startswith(b"\x89PNG")
    (case,) = json.loads((tmp_path / "report" / "summary.json").read_text("utf-8"))["cases"]
    assert case["status"] == "passed"
    assert 5 <= case["hops"]["firing"] <= case["hops"]["told"]  # five seconds for the documented five minutes
    assert 0 <= case["overhead_seconds"] <= case["hops"]["told"]
    assert [step["what"] for step in case["steps"] if step["what"] in seen] == seen


def test_where_it_may_be_it_is_skipped_without_the_programs_and_says_so(tmp_path: Path) -> None:
    done = rehearse(tmp_path, f"--spec={ROOT / 'slo.yaml'}", "--if-installed", PATH=str(tmp_path))
    assert done.returncode == 0
    assert "SKIPPED, nothing was rehearsed: prometheus is not installed; `apt-get install prometheus`" in done.stderr
    assert not (tmp_path / "report").exists()


def test_without_the_programs_it_cannot_be_done(tmp_path: Path) -> None:
    done = rehearse(tmp_path, f"--spec={ROOT / 'slo.yaml'}", PATH=str(tmp_path))
    assert done.returncode == 2
    assert "prometheus is not installed; `apt-get install prometheus` brings it" in done.stderr


@NEEDED
def test_an_alert_that_no_runs_can_breach_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    spec = tmp_path / "slo.yaml"
    as_committed = (ROOT / "slo.yaml").read_text("utf-8")
    of_the_alert = "of: codex_bot_run_failure_rate\n          above: 20%"
    assert as_committed.count(of_the_alert) == 1
    spec.write_text(as_committed.replace(of_the_alert, of_the_alert.replace("20%", "0.1%")), "utf-8")

    done = rehearse(tmp_path, f"--spec={spec}")

    assert (done.returncode, "the loop cannot be told with HighRunFailureRate" in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "report").exists()
