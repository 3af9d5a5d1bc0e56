"""What other shells know of a stack, and that they never end a process that is not its own."""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.cli.commands import status
from generator.cli.console import Console
from generator.domain.service import Service
from generator.domain.targets import Version
from generator.drill.stack import Addresses, Places, Plan, Stack
from generator.drill.stack.claim import TakenError, claimed
from generator.drill.stack.ending import end
from generator.drill.stack.programs import Programs
from generator.drill.stack.record import Member, Record, started_at, this_process
from generator.errors import TocsinError
from generator.tool import Tool

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEP, start_new_session=True) as process:
        yield process
        process.kill()


def record(owner: Member, *members: Member, ready: bool = True) -> Record:
    return Record(owner, members, {"exporter": "http://127.0.0.1:2", "prometheus": "http://127.0.0.1:1"}, ready)


GONE = Member("tocsin", 999_999_999, 1)


def test_it_reads_what_it_wrote(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    written = record(this_process("tocsin"), GONE)
    written.write(file)

    assert Record.read(file) == written


def test_it_reads_that_a_stack_is_being_started(tmp_path: Path) -> None:
    record(this_process("tocsin"), ready=False).write(tmp_path / "stack.json")

    assert Record.read(tmp_path / "stack.json") == record(this_process("tocsin"), ready=False)


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


def test_a_record_that_a_later_stack_has_put_in_the_place_is_not_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, later = tmp_path / "stack.json", record(this_process("tocsin"))
    record(GONE).write(file)
    reading = iter((record(GONE), later))
    monkeypatch.setattr(Record, "read", lambda _: next(reading))

    end(file)

    assert file.exists()


# One stack per folder -------------------------------------------------------------------------------------------------


def test_a_folder_is_claimed_once(tmp_path: Path) -> None:
    with (
        claimed(tmp_path / "up"),
        pytest.raises(TakenError, match="another `tocsin` works in"),
        claimed(tmp_path / "up"),
    ):
        pass

    with claimed(tmp_path / "up"):
        pass


def test_a_folder_is_free_again_when_its_owner_is_killed_although_its_children_live(tmp_path: Path) -> None:
    command = (
        "import subprocess, sys, time; from pathlib import Path; from generator.drill.stack.claim import claimed\n"
        f"with claimed(Path({str(tmp_path)!r})):\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], stdout=2)\n"
        "    print(child.pid, flush=True)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        child = int(owner.stdout.readline())
        try:
            assert started_at(child) > 0
            with pytest.raises(TakenError), claimed(tmp_path):
                pass
            owner.kill()
            owner.wait()
            with claimed(tmp_path):
                assert started_at(child) > 0
        finally:
            owner.kill()
            os.kill(child, signal.SIGKILL)


async def test_a_stack_that_comes_second_touches_nothing_of_the_first(ours: Service, tmp_path: Path) -> None:
    places = Places.below(tmp_path)
    (tmp_path / "bundle").mkdir()
    nothing = Tool("/nowhere/prometheus", Version(2, 42))
    second = Stack(Plan(ours, tmp_path, places, Addresses(1, 2, 3, 4, 5)), Programs(nothing, nothing), print)
    with claimed(tmp_path):
        with pytest.raises(TocsinError, match=r"another `tocsin` works in .* choose another --data"):
            await second.__aenter__()
        record(this_process("tocsin")).write(places.record)
        with pytest.raises(TocsinError, match="a stack already runs in"):
            await second.__aenter__()

    assert Record.read(places.record) == record(this_process("tocsin"))
    assert (tmp_path / "bundle").exists()


# What `tocsin status` says --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        (None, 1, "nothing is running"),
        (record(this_process("tocsin"), this_process("exporter")), 0, "runs  exporter"),
        (record(this_process("tocsin"), ready=False), 3, "to come exporter\nto come prometheus\nit is being started"),
        (record(this_process("tocsin"), this_process("exporter"), ready=False), 3, "to come prometheus"),
        (record(this_process("tocsin"), GONE, ready=False), 1, "not all of it runs"),
        (record(GONE, ready=False), 1, "not all of it runs"),
        (record(GONE, this_process("exporter")), 1, "not all of it runs"),
    ],
)
def test_status_tells_up_from_starting_from_down_by_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], found: Record | None, code: int, said: str
) -> None:
    if found:
        found.write(tmp_path / "stack.json")

    assert status.run(argparse.Namespace(data=tmp_path), Console()) == code
    assert said in capsys.readouterr().out
