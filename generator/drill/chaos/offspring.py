"""The processes that a process has started, told from later ones with the same numbers."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from generator.drill.stack.record import Member

_PROC: Final = Path("/proc")


def offspring(pid: int) -> list[Member]:
    """Its children, theirs, and so on; none where there is no `/proc` to look into.

    Source: proc(5), /proc/PID/stat; the parent's number is the second field after the name in brackets.
    """
    parents = dict(_parents())
    found, looked_at = [pid], 0
    while looked_at < len(found):
        found += [child for child, parent in parents.items() if parent == found[looked_at]]
        looked_at += 1
    return [Member.of(_name(child), child) for child in found[1:]]


def can_be_seen() -> bool:
    """Whether this machine tells who has started whom."""
    return (_PROC / "self" / "stat").exists()


def _parents() -> Iterator[tuple[int, int]]:
    for folder in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            yield (
                int(folder.name),
                int((folder / "stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()[1]),
            )


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return (_PROC / str(pid) / "comm").read_text("utf-8", errors="replace").strip()
    return "?"
