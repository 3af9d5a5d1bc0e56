"""Reads what Claude's hook has noted: which tools it let through without a question."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from agent.domain.approval import Scope
from agent.domain.events import ToolLetThrough

LARGEST: Final = 4 * 1024 * 1024
"""Of a file, in bytes; some twenty thousand calls of one run."""

_TOOL: Final = re.compile(r"[\w.:-]{1,100}")
_LONGEST: Final = 200


class NotedByHook:
    """Keeps `ports.LetThrough` over a file for each run. Lines that are no notes are passed over."""

    def __init__(self, file_of: Callable[[str], Path]) -> None:
        self._file_of = file_of

    async def of_run(self, run_id: str) -> Sequence[ToolLetThrough]:
        file = self._file_of(run_id)
        if not file.exists():  # of nearly every run; not worth a thread
            return ()
        return await asyncio.to_thread(_read, file, run_id)


def _read(file: Path, run_id: str) -> Sequence[ToolLetThrough]:
    try:
        with file.open("rb") as notes:
            whole, _, _ = notes.read(LARGEST).rpartition(b"\n")
    except OSError:
        return ()
    return tuple(_noted(run_id, whole.decode("utf-8", "replace").split("\n")))


def _noted(run_id: str, lines: Sequence[str]) -> Iterator[ToolLetThrough]:
    for line in filter(None, lines):
        try:
            found = json.loads(line)
            tool, scope, reason = str(found["tool"]), Scope(found["scope"]), str(found["reason"])
        except (ValueError, TypeError, KeyError):
            continue
        yield ToolLetThrough(run_id, tool if _TOOL.fullmatch(tool) else "?", scope, reason[:_LONGEST])
