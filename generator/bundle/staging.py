"""Changes to files that happen together or not at all."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Self

from generator.errors import OutputError


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    """Only one render at a time; the lock is on the folder itself, so it leaves no file and dies with the process."""
    handle = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(f"another render is writing to {root}; wait for it to end") from None
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def present(folder: Path) -> Iterator[None]:
    """The folder and those around it, made if need be; gone again when what follows fails and leaves them empty."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for place in missing:
            with contextlib.suppress(OSError):
                place.rmdir()
        raise


class Staging:
    """Temporary files beside their places, then renames; undone on any failure before the end of the `with` block.

    Args:
        root: what the paths are relative to.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staged: list[tuple[Path, Path]] = []
        self._removed: list[Path] = []
        self._made: list[Path] = []
        self._present: set[Path] = set()
        self._undo: list[tuple[Path, Callable[[], object]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            lost = [place for place, undo in reversed(self._undo) if not _managed(undo)]
            for temporary, _place in self._staged:
                temporary.unlink(missing_ok=True)
            for folder in reversed(self._made):
                with contextlib.suppress(OSError):
                    folder.rmdir()
            if lost:
                names = ", ".join(str(place) for place in lost)
                raise OutputError(f"writing failed and so did putting back {names}; restore them from git")

    def write(self, path: PurePosixPath, text: str) -> None:
        """Put a new content beside its place."""
        place = self._root / path
        self._make(place.parent)
        temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp")
        self._staged.append((temporary, place))
        try:
            temporary.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            error.filename = error.filename or str(place)  # a disk that is full does not say which file it was
            raise

    def remove(self, path: PurePosixPath) -> None:
        """Note a file for removal."""
        self._removed.append(self._root / path)

    def _make(self, folder: Path) -> None:
        """The folder and those around it; the disk is asked once for each, not once for each file in it."""
        if folder in self._present:
            return
        self._present.add(folder)
        if not folder.is_dir():
            self._make(folder.parent)
            folder.mkdir()
            self._made.append(folder)

    def commit(self) -> None:
        """Move everything into place."""
        for temporary, place in self._staged:
            self._remember(place)
            temporary.replace(place)
        for place in self._removed:
            self._remember(place)
            place.unlink()
            self._tidy(place.parent)

    def _remember(self, place: Path) -> None:
        if place.exists():
            content = place.read_bytes()  # refuses a folder, before anything is done that would have to be undone
            self._undo.append((place, lambda: _restore(place, content)))
        else:
            self._undo.append((place, lambda: place.unlink(missing_ok=True)))

    def _tidy(self, folder: Path) -> None:
        """Remove folders that an orphan leaves empty."""
        with contextlib.suppress(OSError):
            while folder != self._root:
                folder.rmdir()
                folder = folder.parent


def _managed(undo: Callable[[], object]) -> bool:
    try:
        undo()
    except OSError:
        return False
    return True


def _restore(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
