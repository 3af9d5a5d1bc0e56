"""Files into and out of a worktree, in which an agent may have left anything: links, pipes, a link called `inbox`.

Nothing here follows a link: every folder on the way is opened by itself, relative to the one before, so that nobody can
put a link in between. These functions block; they are meant for a thread.
"""

import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from agent.errors import Conflict, NotFound

INBOX: Final = "inbox"
LARGEST_OUT: Final = 50 * 1024 * 1024
"""What a bot may upload."""

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MAKE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_UNSAFE: Final = re.compile(r"[^\w.+-]+")
_LONGEST_NAME: Final = 100
_NAMES: Final = 1000


def safe_name(name: str) -> str:
    """A file's name without folders, without surprises and not hidden, at most a hundred bytes long."""
    flat = _UNSAFE.sub("_", PurePosixPath(name.replace("\\", "/")).name).strip("._") or "file"
    stem, dot, suffix = flat.rpartition(".")
    if not dot or len(suffix.encode()) > _LONGEST_NAME // 4:
        stem, suffix = flat, ""
    room = _LONGEST_NAME - len(suffix.encode()) - len(dot)
    short = stem.encode()[:room].decode(errors="ignore")
    return f"{short}.{suffix}" if suffix else short


def put(workspace: Path, name: str, source: Path) -> str:
    """Place a copy of the source in the worktree's inbox, whole or not at all; answers its path in the worktree.

    Nothing is overwritten: a name that is taken gets a number, unless the same content has it already. `Conflict` says
    what is in the way.
    """
    try:
        with _opened(workspace) as root, _inbox(root) as inbox:
            return f"{INBOX}/{_placed(inbox, safe_name(name), source)}"
    except OSError as error:
        raise Conflict(f"The file cannot be put into the worktree: {error.strerror or error}.") from error


def take(workspace: Path, wanted: str, target: Path) -> int:
    """Copy a file of the worktree to the target; answers its size. `NotFound` and `Conflict` say why not."""
    root = workspace.resolve()
    try:
        real = (root / wanted).resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise NotFound(f"There is no file {wanted} in the session's worktree.") from error
    if not real.is_relative_to(root) or PurePosixPath(wanted).is_absolute():
        raise Conflict("Only files inside of the session's worktree can be had; give the path from its root.")
    try:
        with _file(root, real.relative_to(root).parts) as content:
            return _copied(content, target)
    except OSError as error:
        raise Conflict(f"{wanted} cannot be read: {error.strerror or error}.") from error


@contextmanager
def _opened(name: Path | str, within: int | None = None) -> Iterator[int]:
    folder = os.open(name, _FOLDER, dir_fd=within)
    try:
        yield folder
    finally:
        os.close(folder)


@contextmanager
def _inbox(root: int) -> Iterator[int]:
    with suppress(FileExistsError):
        os.mkdir(INBOX, dir_fd=root)
    with _opened(INBOX, root) as inbox:
        yield inbox


@contextmanager
def _file(root: Path, parts: tuple[str, ...]) -> Iterator[BinaryIO]:
    if not parts:
        raise Conflict("That is a folder; name a file.")
    folder = os.open(root, _FOLDER)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        with os.fdopen(os.open(parts[-1], _READ, dir_fd=folder), "rb") as content:
            yield content
    finally:
        os.close(folder)


def _copied(content: BinaryIO, target: Path) -> int:
    found = os.fstat(content.fileno())
    if not stat.S_ISREG(found.st_mode):
        raise Conflict("That is no file; name a file.")
    if found.st_size > LARGEST_OUT:
        raise Conflict("The file is larger than the 50 MB that Telegram takes.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as copy:
        shutil.copyfileobj(content, copy)
    return found.st_size


def _placed(inbox: int, name: str, source: Path) -> str:
    part = f".{name}.part"
    with suppress(FileNotFoundError):
        os.unlink(part, dir_fd=inbox)  # of an attempt that was cut short
    try:
        with os.fdopen(os.open(part, _MAKE, 0o644, dir_fd=inbox), "wb") as copy, source.open("rb") as content:
            shutil.copyfileobj(content, copy)
            copy.flush()
            os.fsync(copy.fileno())
        return next(each for each in _names(name) if _linked(inbox, part, each, source))
    except StopIteration:
        raise Conflict(f"There are {_NAMES} files called {name} already.") from None
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part, dir_fd=inbox)


def _names(name: str) -> Iterator[str]:
    stem, dot, suffix = name.rpartition(".")
    yield name
    for number in range(2, _NAMES):
        yield f"{stem}-{number}.{suffix}" if dot else f"{name}-{number}"


def _linked(inbox: int, part: str, name: str, source: Path) -> bool:
    try:
        os.link(part, name, src_dir_fd=inbox, dst_dir_fd=inbox, follow_symlinks=False)
    except FileExistsError:
        return _is_same(inbox, name, source)
    return True


def _is_same(inbox: int, name: str, source: Path) -> bool:
    try:
        with os.fdopen(os.open(name, _READ, dir_fd=inbox), "rb") as there, source.open("rb") as ours:
            regular = stat.S_ISREG(os.fstat(there.fileno()).st_mode)
            same_size = os.fstat(there.fileno()).st_size == os.fstat(ours.fileno()).st_size
            return regular and same_size and _equal(there, ours)
    except OSError:
        return False


def _equal(one: BinaryIO, other: BinaryIO) -> bool:
    size = 1024 * 1024
    while block := one.read(size):
        if block != other.read(size):
            return False
    return True
