"""`tocsin up` and `tocsin drill` as a user runs them: real Prometheus, real Alertmanager, nothing left behind."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from generator.drill.stack.record import Record

ROOT = Path(__file__).parents[2]
DEADLINE = 38.0
ALERTMANAGERS = ("prometheus-alertmanager", "alertmanager")

pytestmark = pytest.mark.skipif(
    shutil.which("prometheus") is None or not any(map(shutil.which, ALERTMANAGERS)),
    reason="prometheus or alertmanager is missing: apt-get install prometheus prometheus-alertmanager",
)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "generator", *arguments]


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | more


def tocsin(*arguments: str, folder: Path, patience: float = DEADLINE, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=folder, env=environment(**more), capture_output=True, text=True, check=False,
        timeout=patience,
    )  # fmt: skip


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < deadline, f"still not: {what}"
        time.sleep(0.05)


@contextmanager
def up(data: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A stack that says that it is up, without the agent."""
    said = data.with_suffix(".out")
    arguments = ("up", "--no-agent", "--time-scale=60", f"--spec={ROOT / 'slo.yaml'}", f"--data={data}", *more)
    with said.open("wb") as out:
        process = subprocess.Popen(
            command(*arguments), env=environment(), stdout=out, stderr=out, start_new_session=True
        )
    try:
        until(lambda: "everything is up" in said.read_text() or process.poll() is not None, "it is up")
        assert process.poll() is None, said.read_text()
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(DEADLINE)
        tocsin("down", f"--data={data}", folder=data.parent)


def record(data: Path) -> Record:
    found = Record.read(data / "stack.json")
    assert found is not None
    return found


def records(folder: Path) -> list[Record]:
    """What drills that run in a folder of temporary files say of themselves."""
    return [found for file in folder.glob("tocsin-drill-*/stack.json") if (found := Record.read(file))]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stack_that_is_told_to_end_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    data = tmp_path / "up"
    with up(data) as process:
        running = record(data)
        assert {member.name for member in running.living} == {"tocsin", "exporter", "alertmanager", "prometheus"}
        process.send_signal(number)
        assert process.wait(DEADLINE) == 0

    assert running.living == ()
    assert not (data / "stack.json").exists()


def test_another_shell_sees_the_stack_and_ends_it(tmp_path: Path) -> None:
    data = tmp_path / "up"
    with up(data) as process:
        running = record(data)
        seen = tocsin("status", f"--data={data}", folder=tmp_path)
        second = tocsin("up", "--no-agent", f"--spec={ROOT / 'slo.yaml'}", f"--data={data}", folder=tmp_path)
        ended = tocsin("down", f"--data={data}", folder=tmp_path)
        assert process.wait(DEADLINE) == 0

    assert (seen.returncode, seen.stdout.count("runs ")) == (0, 3)
    assert (second.returncode, "a stack already runs" in second.stderr) == (2, True)
    assert (ended.returncode, running.living) == (0, ())
    assert tocsin("status", f"--data={data}", folder=tmp_path).returncode == 1


def test_of_two_that_start_at_the_same_moment_one_runs_and_is_found(tmp_path: Path) -> None:
    data = tmp_path / "up"
    arguments = ("up", "--no-agent", "--time-scale=60", f"--spec={ROOT / 'slo.yaml'}", f"--data={data}")
    null = subprocess.DEVNULL
    both = [subprocess.Popen(command(*arguments), env=environment(), stdout=null, stderr=null) for _ in range(2)]
    try:
        until((data / "stack.json").exists, "one has claimed the folder")
        starting = tocsin("status", f"--data={data}", folder=tmp_path)
        until(lambda: any(each.poll() is not None for each in both), "the other has given up")
        until(lambda: tocsin("status", f"--data={data}", folder=tmp_path).returncode == 0, "all of the first is up")
        left = [each.pid for each in both if each.poll() is None]
        assert [each.returncode for each in both if each.poll() is not None] == [2]
        assert (starting.returncode, "it is being started" in starting.stdout) == (3, True)
        assert left == [record(data).owner.pid]
        assert tocsin("down", f"--data={data}", folder=tmp_path).returncode == 0
        assert sorted(each.wait(DEADLINE) for each in both) == [0, 2]
    finally:
        for each in both:
            each.terminate()
            each.wait(DEADLINE)


def test_kill_9_leaves_no_process_either_and_a_record_that_is_known_to_be_stale(tmp_path: Path) -> None:
    data = tmp_path / "up"
    with up(data) as process:
        running = record(data)
        process.kill()
        process.wait(DEADLINE)
        until(lambda: running.living == (), "everything has ended")
        seen = tocsin("status", f"--data={data}", folder=tmp_path)

    assert (seen.returncode, "not all of it runs" in seen.stdout) == (1, True)
    assert not (data / "stack.json").exists()  # `tocsin down` at the end of the block has seen to it


def test_an_agent_starts_whatever_the_shell_holds_for_another_and_when_it_dies_that_is_told_readably(
    tmp_path: Path,
) -> None:
    data, elsewhere = tmp_path / "up", tmp_path / "elsewhere"
    shell = {"INCIDENT_EXIT_SEC": "5", "ONCALL_ROTA_FILE": "/nowhere", "LOCAL_API_KEYS": "abc:api:read"}
    folders = {"LOG_DIR": str(elsewhere), "BACKUP_DIR": str(elsewhere)}
    arguments = ("up", "--time-scale=60", f"--spec={ROOT / 'slo.yaml'}", f"--data={data}")
    with subprocess.Popen(
        command(*arguments), env=environment(**shell, **folders), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        try:
            until(
                lambda: (
                    process.poll() is not None or tocsin("status", f"--data={data}", folder=tmp_path).returncode == 0
                ),
                "it is up",
            )
            assert process.poll() is None, process.communicate()[1]
            (pid,) = [member.pid for member in record(data).members if member.name == "agent"]
            os.kill(pid, signal.SIGKILL)
            said = process.communicate(timeout=DEADLINE)[1].splitlines()
        finally:
            process.terminate()

    assert process.returncode == 2
    assert said[0] == (
        "error: agent was ended by SIGKILL, and the rest was stopped with it; "
        f"all that it said is in {data / 'logs/agent.log'}"
    )
    assert [line for line in said[1:] if not line.startswith("  ") or "{" in line] == []
    assert not elsewhere.exists()


def test_nothing_fires_on_a_healthy_stack_but_the_watchdog(tmp_path: Path) -> None:
    data = tmp_path / "up"
    with up(data):
        url = record(data).addresses["prometheus"]
        until(lambda: len(asked(url, 'count_over_time(ALERTS{alertname="TocsinWatchdog"}[5s]) > 8')) > 0, "it goes on")
        active = {each["metric"]["alertname"] for each in asked(url, "ALERTS")}

    assert active == {"TocsinWatchdog"}


def asked(url: str, expression: str) -> list[dict[str, Any]]:
    query = urllib.parse.urlencode({"query": expression})
    with urllib.request.urlopen(f"{url}/api/v1/query?{query}", timeout=5) as answer:  # noqa: S310 # a loopback address
        found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        return found


def drill(out: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    spec = f"--spec={ROOT / 'slo.yaml'}"
    options = ("--no-agent", spec, f"--out={out}")
    return tocsin("drill", *arguments, *options, folder=out.parent, patience=2 * DEADLINE, **more)


def test_alerts_go_from_breach_to_message_and_back(tmp_path: Path) -> None:
    names = (
        "DatabaseCorruption",
        "CodexKafkaExporterDown",
        "OpenAgentsRuntimeLeaseStealRateHigh",
        "CodexBotMetricsAbsent",
    )

    done = drill(tmp_path / "report", *names, "--time-scale=120")

    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((tmp_path / "report" / "summary.json").read_text())
    assert summary["totals"] == {"case_count": 4, "passed": 4, "failed": 0}
    assert summary["median_overhead_seconds"] < 1
    for case in summary["cases"]:
        assert list(case["hops"]) == ["pending", "firing", "alertmanager", "told", "calm", "resolved"]
        assert (tmp_path / "report" / case["log_path"]).read_text().count("\n") == 9


def test_a_drill_that_is_interrupted_stops_everything_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "report"
    arguments = ("drill", "HighApprovalBacklog", "--no-agent", f"--spec={ROOT / 'slo.yaml'}", f"--out={out}")
    with subprocess.Popen(
        command(*arguments), env=environment(TMPDIR=str(tmp_path)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True, text=True,
    ) as process:  # fmt: skip
        until(lambda: any(len(found.members) == 3 for found in records(tmp_path)), "it has started everything")
        (running,) = records(tmp_path)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=DEADLINE)[1]

    assert (process.returncode, "everything was stopped" in said) == (130, True)
    assert running.living == ()
    summary = json.loads((out / "summary.json").read_text())
    assert (summary["overall_status"], summary["unfinished"]) == ("interrupted", ["HighApprovalBacklog"])
    assert list(tmp_path.glob("tocsin-drill-*")) == []


@pytest.mark.parametrize("name", ["exporter", "prometheus"])
def test_a_part_that_dies_breaks_the_drill_off_at_once_and_is_named(tmp_path: Path, name: str) -> None:
    out = tmp_path / "report"
    arguments = ("drill", "HighApprovalBacklog", "--no-agent", f"--spec={ROOT / 'slo.yaml'}", f"--out={out}")
    log = out / "logs" / "HighApprovalBacklog.log"
    with subprocess.Popen(
        command(*arguments), env=environment(TMPDIR=str(tmp_path)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True, text=True,
    ) as process:  # fmt: skip
        until(lambda: log.exists() and "pending" in log.read_text(), "it is under way")
        (running,) = records(tmp_path)
        os.kill(next(member.pid for member in running.members if member.name == name), signal.SIGKILL)
        said = process.communicate(timeout=DEADLINE / 2)[0]

    assert (process.returncode, f"{name} ended by itself while it was needed" in said) == (1, True), said
    summary = json.loads((out / "summary.json").read_text())
    assert (summary["overall_status"], summary["unfinished"]) == ("failed", ["HighApprovalBacklog"])
    assert running.living == ()


@pytest.mark.skipif(shutil.which("nats-server") is None, reason="nats-server is missing: apt-get install nats-server")
def test_the_codex_pipeline_is_validated_on_a_real_stream(tmp_path: Path) -> None:
    done = drill(tmp_path / "report", "codex-pipeline-validation", "--time-scale=120")

    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((tmp_path / "report" / "summary.json").read_text())
    assert summary["harness"] == "tocsin.codex_pipeline_validation.v1"
    assert [case["case_id"] for case in summary["cases"]] == ["panels_populated", "consumer_paused", "sse_errors"]
    assert re.fullmatch(r"nats-server \d+\.\d+\.\d+ with JetStream", summary["facts"]["Stream"])


def test_without_a_nats_server_the_stream_is_played_and_that_is_said_aloud(tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("prometheus", *ALERTMANAGERS):
        if found := shutil.which(name):
            (programs / name).symlink_to(found)

    done = drill(tmp_path / "report", "codex-pipeline-validation", "--time-scale=120", PATH=str(programs))

    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        "nats-server is not installed (`apt-get install nats-server` brings it), so its stream is played" in done.stderr
    )
    assert "NOT a real one" in (tmp_path / "report" / "SUMMARY.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["HighP95Latancy"], "did you mean 'HighP95Latency'?"),
        (["TocsinWatchdog"], "TocsinWatchdog fires all the time"),
        ([], "nothing to rehearse"),
        (["--system=codexbot"], "there is no system 'codexbot'"),
        (["--chaos"], "leave --no-agent out"),
        (["--chaos", "Nonsense"], "--chaos has no scenario 'Nonsense'"),
        (["--chaos", "--all"], "--chaos is a drill of its own; leave --all out"),
        (["--chaos", "--system=codex-bot"], "leave --system out"),
        (["codex-pipeline-validation", "OrchestratorDown"], "codex-pipeline-validation is a drill of its own"),
        (["codex-pipeline-validation", "--all"], "leave --all out"),
        (["HighP95Latency", "--objectives"], "--objectives adds burn-rate alerts to --all or --system"),
        (["--all", "--system=codex-bot"], "--all is every system"),
        (["HighP95Latency", "--time-scale=3600"], "the largest that works with this spec is about"),
    ],
)
def test_what_cannot_be_rehearsed_is_one_clear_error(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = drill(tmp_path / "report", *arguments)

    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "report").exists()


def test_a_missing_program_is_named_with_what_brings_it(tmp_path: Path) -> None:
    done = drill(tmp_path / "report", "HighP95Latency", PATH=str(tmp_path))

    assert done.returncode == 2
    assert "prometheus is not installed; `apt-get install prometheus` brings it" in done.stderr


@pytest.mark.parametrize("base", ["70000", "-5"])
def test_a_port_that_does_not_exist_is_one_clear_error(tmp_path: Path, base: str) -> None:
    done = tocsin("up", f"--spec={ROOT / 'slo.yaml'}", f"--data={tmp_path}", f"--port-base={base}", folder=tmp_path)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"error: --port-base {base}: 5 ports from there on do not exist")


def test_a_port_that_is_taken_is_one_clear_error(tmp_path: Path) -> None:
    with up(tmp_path / "up"):
        port = record(tmp_path / "up").addresses["exporter"].rpartition(":")[2]
        other = tocsin(
            "up", "--no-agent", f"--spec={ROOT / 'slo.yaml'}", f"--data={tmp_path / 'other'}", f"--port-base={port}",
            folder=tmp_path,
        )  # fmt: skip

    assert (other.returncode, f"port {port} is taken" in other.stderr) == (2, True)
