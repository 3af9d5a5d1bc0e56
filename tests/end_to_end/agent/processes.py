"""What runs on this machine for a stage, seen from outside."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from agent.adapters.runner.processes import mark_of

from .waiting import until


def of_runs(folder: Path) -> list[int]:
    """Every process that some run below the folder has started and that still lives, wherever it went."""
    found = _environments()
    return [pid for pid, words in found if _belongs(folder, words)]


def of_run(run_id: str) -> list[int]:
    """Every living process of one run."""
    return [pid for pid, environment in _environments() if f"TOCSIN_RUN_ID={run_id}".encode() in environment]


async def gone(folder: Path, seconds: float = 10.0) -> list[int]:
    """Wait until no run has a process; answers what is still there after that time."""
    with suppress(TimeoutError):
        await until(lambda: not of_runs(folder), seconds)
    return of_runs(folder)


def end_all(folder: Path) -> None:
    """Leave nothing behind, whatever a test has found."""
    for pid in of_runs(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def command_lines(*pids: int) -> str:
    """What `ps` would show everybody about them."""
    return "\n".join(_read(pid, "cmdline").replace(b"\0", b" ").decode(errors="replace") for pid in pids)


def environment(pid: int) -> str:
    """What a process was started with."""
    return _read(pid, "environ").decode()


def descendants(pid: int) -> list[int]:
    """Children, their children, and so on."""
    children = [int(each) for task in _tasks(pid) for each in _read_path(task / "children").split()]
    return children + [grandchild for child in children for grandchild in descendants(child)]


def _belongs(folder: Path, environment: list[bytes]) -> bool:
    runs = any(word.startswith(b"TOCSIN_RUN_ID=") for word in environment)
    return runs and f"HOME={folder}".encode() in environment


def _environments() -> Iterator[tuple[int, list[bytes]]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and mark_of(int(entry.name)) is not None:
            yield int(entry.name), _read(int(entry.name), "environ").split(b"\0")


def _tasks(pid: int) -> list[Path]:
    with suppress(OSError):
        return list(Path(f"/proc/{pid}/task").iterdir())
    return []


def _read(pid: int, name: str) -> bytes:
    return _read_path(Path(f"/proc/{pid}/{name}"))


def _read_path(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # gone meanwhile
        return b""
