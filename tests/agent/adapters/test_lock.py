"""Holds the lock to real processes: one at a time, named, and given back however its holder ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.adapters.lock import LOCK, held, is_running
from agent.errors import AgentError, AlreadyRunning

HOLDER = """
import subprocess, sys, time
from pathlib import Path
from agent.adapters.lock import held
with held(Path(sys.argv[1])):
    child = subprocess.Popen(["sleep", "30"])
    print(child.pid, flush=True)
    time.sleep(30)
"""


@contextmanager
def held_elsewhere(data: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(data)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        try:
            yield holder
        finally:
            holder.kill()
            os.kill(child, signal.SIGKILL)


def test_a_second_process_is_refused_with_the_pid_of_the_first(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as holder:
        with pytest.raises(AlreadyRunning, match=f"as process {holder.pid}; stop it first"), held(tmp_path):
            pytest.fail("two held it")
        assert is_running(tmp_path)


def test_after_kill_9_it_is_free_even_while_a_child_lives_on(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as holder:
        holder.kill()
        holder.wait(timeout=10)

        assert not is_running(tmp_path)
        with held(tmp_path) as path:
            assert path.read_text() == f"{os.getpid()}\n"


def test_it_is_given_back_at_the_end_and_its_file_stays(tmp_path: Path) -> None:
    for _ in range(2):
        with held(tmp_path / "new" / "data"):
            pass

    assert (tmp_path / "new" / "data" / LOCK).exists()
    assert not is_running(tmp_path / "new" / "data")


def test_nobody_runs_where_there_is_nothing(tmp_path: Path) -> None:
    assert not is_running(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_locked_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(AgentError, match="cannot be opened") as caught, held(tmp_path / "file"):
        pytest.fail("locked a file")
    assert not isinstance(caught.value, AlreadyRunning)
