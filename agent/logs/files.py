"""Log files that start afresh every day or at a size, and disappear when they are old enough."""

import logging
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Final

MEGABYTE: Final = 1_000_000
MAX_BYTES: Final = 100 * MEGABYTE

AGENT_LOG: Final = "orchestrator.log"
AUDIT_LOG: Final = "audit.log"
AGENT_DAYS: Final = 30
AUDIT_DAYS: Final = 90
JOB_DAYS: Final = 7


class DailyFile(logging.FileHandler):
    """Appends to one file; at the turn of the UTC day, or before it outgrows its size, the file is put aside.

    A file put aside is named after its day and a number: `orchestrator.log.2025-12-13.1`. A write that fails (the
    disk is full or read-only) loses that line and nothing else: logging must not stop the agent.

    Attributes:
        problem: why the file could not be opened at first, or empty; it is tried again with every line.
    """

    def __init__(self, path: Path, *, keep_days: int, max_bytes: int = MAX_BYTES) -> None:
        super().__init__(path, encoding="utf-8", delay=True)
        self._path = path
        self._keep = timedelta(days=keep_days)
        self._max_bytes = max_bytes
        self._day = _day(None)
        self.problem = ""
        try:
            self.stream = self._open()
            self._day = _day(path.stat().st_mtime if path.stat().st_size else None)
        except OSError as error:
            self.problem = f"{path} cannot be written: {error.strerror}"

    def _open(self) -> TextIOWrapper:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._turn_over(record.created)
            super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - named by logging
        """A line that cannot be written is dropped in silence; the health check of the disk speaks up instead."""

    def _turn_over(self, now: float) -> None:
        today = _day(now)
        full = self.stream is not None and self.stream.tell() >= self._max_bytes
        if today == self._day and not full:
            return
        self._put_aside(self._day)
        self._day = today
        expire(self._path.parent, f"{self._path.name}.*", self._keep, now)

    def _put_aside(self, day: str) -> None:
        self.close()
        number = 1
        while (target := self._path.with_name(f"{self._path.name}.{day}.{number}")).exists():
            number += 1
        self._path.rename(target)
        self.stream = self._open()


def expire(folder: Path, pattern: str, keep: timedelta, now: float) -> tuple[Path, ...]:
    """Delete the folder's files that were last written longer ago than `keep`; answers which."""
    oldest = now - keep.total_seconds()
    gone = tuple(path for path in folder.glob(pattern) if path.is_file() and path.stat().st_mtime < oldest)
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def expire_job_logs(folder: Path, now: float) -> tuple[Path, ...]:
    """Delete the logs of jobs that are older than a week."""
    return expire(folder, "*.log", timedelta(days=JOB_DAYS), now)


def expire_hook_notes(folder: Path, now: float) -> tuple[Path, ...]:
    """Delete what hooks noted about jobs more than a week ago."""
    return expire(folder, "*.jsonl", timedelta(days=JOB_DAYS), now)


def _day(moment: float | None) -> str:
    return (datetime.now(UTC) if moment is None else datetime.fromtimestamp(moment, UTC)).date().isoformat()
