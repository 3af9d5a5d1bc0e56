"""What a run does to the world: a few harmless commands, one file, a child process. It is no shell."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

READ_ONLY: Final = ("ls", "pwd", "cat", "echo", "true", "false")
_CHILD_LIFE: Final = 600.0


def run(command: str) -> tuple[str, int]:
    """Output and exit code of a command; one that is not built in only says that it was not run."""
    import shlex  # noqa: PLC0415 - most runs need no command

    try:
        name, *rest = shlex.split(command) or ["true"]
    except ValueError as error:
        return f"{error}\n", 2
    if name in _COMMANDS:
        return _COMMANDS[name](rest)
    return f"(the stand-in did not run: {command})\n", 0


def append(file: str, text: str) -> bool:
    """Append a line to a file below the working directory; whether the file existed."""
    path = Path(file).resolve()
    if not path.is_relative_to(Path.cwd().resolve()):
        raise PermissionError(f"{file} is outside of the working directory")
    existed = path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as notes:
        notes.write(f"{text}\n")
    return existed


def spawn(about: str) -> int:
    """Leave a child behind, for ten minutes at most; its process id.

    `stubborn` ignores SIGTERM, `holding` keeps standard output open, `detached` leaves the process group.
    """
    words = about.split()
    child = os.fork()
    if child:
        return child
    signal.signal(signal.SIGTERM, signal.SIG_IGN if "stubborn" in words else signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if "detached" in words:
        os.setsid()
    if "holding" not in words:
        _let_go()
    time.sleep(_CHILD_LIFE)
    os._exit(0)


def _cat(files: list[str]) -> tuple[str, int]:
    try:
        return "".join(_inside(file).read_text(encoding="utf-8", errors="replace") for file in files), 0
    except OSError as error:
        return f"cat: {error}\n", 1


def _inside(file: str) -> Path:
    path = Path(file).resolve()
    if not path.is_relative_to(Path.cwd().resolve()):
        raise PermissionError(f"{file} is outside of the working directory")
    return path


def _ls(_: list[str]) -> tuple[str, int]:
    return "".join(f"{entry.name}\n" for entry in sorted(Path().iterdir()) if entry.name != ".git"), 0


_COMMANDS: Final[Mapping[str, Callable[[list[str]], tuple[str, int]]]] = {
    "ls": _ls,
    "pwd": lambda _: (f"{Path.cwd()}\n", 0),
    "echo": lambda words: (" ".join(words) + "\n", 0),
    "cat": _cat,
    "true": lambda _: ("", 0),
    "false": lambda _: ("", 1),
}


def _let_go() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
