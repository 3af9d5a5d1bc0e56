"""The script language: the bad habits that real CLIs have."""

import json
import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from .place import CLAUDE, CODEX, Place

DIALECTS = pytest.mark.parametrize("line", [CODEX, (*CLAUDE, "--")], ids=["codex", "claude"])


def told(process: "subprocess.Popen[str]", word: str) -> str:
    """Read until a line has this word."""
    assert process.stdout is not None
    return next(line for line in process.stdout if word in line)


def finish(process: "subprocess.Popen[str]") -> int:
    """The exit code, once everything has been read."""
    process.communicate(timeout=30)
    return process.returncode


@DIALECTS
def test_a_script_may_exit_with_any_code_and_no_last_event(place: Place, line: tuple[str, ...]) -> None:
    outcome = place.run(*line, "say hi; exit 3")
    assert outcome.code == 3
    assert not {"turn.completed", "turn.failed", "result"} & set(outcome.kinds)


@DIALECTS
def test_a_script_may_stand_in_brackets_inside_of_a_longer_prompt(place: Place, line: tuple[str, ...]) -> None:
    assert place.run(*line, "Keep answers short.\n[[exit 7]]\nThank you.").code == 7


@DIALECTS
def test_a_prompt_that_is_not_all_script_is_none(place: Place, line: tuple[str, ...]) -> None:
    assert place.run(*line, "exit 3\nbut politely").code == 0


@DIALECTS
def test_one_line_can_be_ten_megabytes_long(place: Place, line: tuple[str, ...]) -> None:
    outcome = place.run(*line, "line 10MB")
    assert max(len(text) for text in outcome.output.splitlines()) > 10_000_000
    assert outcome.code == 0


@DIALECTS
def test_many_lines_come_as_many_events(place: Place, line: tuple[str, ...]) -> None:
    assert place.run(*line, "lines 250").output.count('"line ') >= 250


@DIALECTS
def test_termination_exits_143_without_a_last_event(place: Place, line: tuple[str, ...]) -> None:
    process = place.start(*line, "say ready; hang")
    told(process, "ready")
    process.terminate()
    assert finish(process) == 143


@DIALECTS
def test_a_stubborn_run_ignores_termination_and_dies_only_when_killed(place: Place, line: tuple[str, ...]) -> None:
    process = place.start(*line, "ignore-term; say ready; sleep 0.2; say survived; hang")
    told(process, "ready")
    process.terminate()
    told(process, "survived")
    process.kill()
    assert finish(process) == -signal.SIGKILL


@DIALECTS
def test_a_child_outlives_the_run_in_the_same_process_group(place: Place, line: tuple[str, ...]) -> None:
    process = place.start(*line, "spawn-child stubborn; say bye")
    child = int(told(process, "child ").split("child ")[1].split('"')[0])
    try:
        assert finish(process) == 0
        assert os.getpgid(child) == process.pid
        os.kill(child, signal.SIGTERM)
        os.kill(child, 0)
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


@DIALECTS
def test_a_run_may_linger_after_its_last_event(place: Place, line: tuple[str, ...]) -> None:
    process = place.start(*line, "linger; say done")
    told(process, "turn.completed" if "codex" in line else '"result"')
    assert process.poll() is None
    process.kill()
    assert finish(process) == -signal.SIGKILL


@DIALECTS
def test_a_run_may_crash(place: Place, line: tuple[str, ...]) -> None:
    assert place.run(*line, "say hi; crash").code == -signal.SIGKILL


@DIALECTS
def test_output_may_be_no_json_or_half_of_it(place: Place, line: tuple[str, ...]) -> None:
    outcome = place.run(*line, "garbage DeprecationWarning: punycode; stderr oops; truncate")
    *_, garbage, half = outcome.output.splitlines()
    assert garbage == "DeprecationWarning: punycode"
    with pytest.raises(json.JSONDecodeError):
        json.loads(half)
    assert (outcome.errors, outcome.code) == ("oops\n", 1)


@DIALECTS
def test_events_of_a_later_version_may_come(place: Place, line: tuple[str, ...]) -> None:
    outcome = place.run(*line, "unknown-event; say fine")
    assert {"thread.daydreamed", "daydream"} & set(outcome.kinds)
    assert outcome.code == 0


@DIALECTS
def test_the_environment_can_be_looked_at(place: Place, line: tuple[str, ...]) -> None:
    traced = Place(place.folder, place.home, {"TRACEPARENT": "00-abc-def-01"})
    assert "TRACEPARENT=00-abc-def-01" in traced.run(*line, "env TRACEPARENT").output


@DIALECTS
def test_no_command_is_ever_given_to_a_shell(place: Place, line: tuple[str, ...]) -> None:
    place.run(*line, "tool touch a.txt && echo $HOME > b.txt")
    assert sorted(entry.name for entry in place.folder.iterdir()) == [".git"]


def test_starting_takes_less_than_80_milliseconds_of_processor_time(place: Place) -> None:
    cached = Place(place.folder, place.home, {"PYTHONPYCACHEPREFIX": str(place.home), "PYTHONDONTWRITEBYTECODE": ""})
    cached.codex("say warm")
    assert min(_processor_time(cached) for _ in range(5)) < 0.08


def test_a_name_that_is_no_cli_is_refused(place: Place) -> None:
    assert place.run("gemini").code == 2


def _processor_time(place: Place) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "agent.standin", *CODEX, "say hi"]
    subprocess.run(command, cwd=place.folder, env=place.environment, check=True, capture_output=True, timeout=30)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
