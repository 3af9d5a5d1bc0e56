"""What other shells know of a stack, and that they never end a process that is not its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.drill.stack.ending import end
from generator.drill.stack.record import Member, Record, started_at, this_process
from generator.errors import TocsinError

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEP, start_new_session=True) as process:
        yield process
        process.kill()


def record(owner: Member, *members: Member) -> Record:
    return Record(owner, members, {"prometheus": "http://127.0.0.1:1"})


GONE = Member("tocsin", 999_999_999, 1)


def test_it_reads_what_it_wrote(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    written = record(this_process("tocsin"), GONE)
    written.write(file)

    assert Record.read(file) == written


def test_no_file_is_no_stack(tmp_path: Path) -> None:
    assert Record.read(tmp_path / "stack.json") is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"owner": {}, "members": [], "addresses": {}}'])
def test_a_damaged_file_is_one_clear_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "stack.json"
    file.write_text(text)

    with pytest.raises(TocsinError, match="is damaged"):
        Record.read(file)


def test_a_process_that_runs_lives() -> None:
    assert this_process("tocsin").lives


def test_a_later_process_with_the_same_number_is_another_one() -> None:
    assert not Member("old", os.getpid(), started_at(os.getpid()) - 1).lives


def test_a_process_that_has_ended_and_was_not_yet_buried_does_not_live() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    member = Member.of("short", process.pid)
    deadline = time.monotonic() + 10
    while member.lives:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.wait()


def test_what_a_crash_has_left_is_ended(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    file = tmp_path / "stack.json"
    record(GONE, Member.of("prometheus", sleeper.pid)).write(file)

    ended = end(file)

    assert ended == ("prometheus",)
    assert sleeper.wait(10) != 0
    assert not file.exists()


def test_a_stranger_that_has_taken_over_a_number_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    file = tmp_path / "stack.json"
    record(GONE, Member("prometheus", sleeper.pid, started_at(sleeper.pid) - 1)).write(file)

    assert end(file) == ()
    assert sleeper.poll() is None
    assert not file.exists()


def test_ending_nothing_is_fine(tmp_path: Path) -> None:
    assert end(tmp_path / "stack.json") == ()
