"""The bytes of a spec, read without waiting for a writer and without reading more than a spec may have."""

import os
import stat
from pathlib import Path

from generator.spec.document import LARGEST
from generator.spec.problems import Problem, SpecError

_STANDARD_INPUT = ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")


def read_file(path: Path) -> bytes:
    """The content of a regular file, or of standard input.

    Raises:
        SpecError: when it cannot be read, is no regular file, or is too large.
    """
    try:
        return _content(path)
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}", "check the path") from None


def _content(path: Path) -> bytes:
    is_piped = str(path) in _STANDARD_INPUT
    # Opening a named pipe that nobody writes to would wait for ever; nobody means that by a spec.
    flags = os.O_RDONLY | os.O_CLOEXEC | (0 if is_piped else os.O_NONBLOCK)
    with os.fdopen(os.open(path, flags), "rb") as file:
        about = os.fstat(file.fileno())
        if not is_piped and not stat.S_ISREG(about.st_mode):
            raise _refused(path, "is no regular file", "name a file, or /dev/stdin")
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        size = f"{max(about.st_size, len(raw)) // 1_000_000} MB"
        raise _refused(path, f"the file has {size}", "a spec has at most 16 MB; split it")
    return raw


def _refused(path: Path, what: str, remedy: str) -> SpecError:
    return SpecError(str(path), [Problem(1, 1, "", what, remedy)])
