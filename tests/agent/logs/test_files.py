"""Holds log files to their rotation and retention."""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path

from agent.logs import DailyFile, expire_job_logs

NOON = datetime(2025, 12, 13, 12, tzinfo=UTC).timestamp()
DAY = 86_400


def write(handler: DailyFile, text: str, at: float) -> None:
    handler.emit(logging.makeLogRecord({"msg": text, "created": at}))


def opened(path: Path, *, max_bytes: int = 1000) -> DailyFile:
    path.write_text("yesterday\n")
    os.utime(path, (NOON - DAY, NOON - DAY))
    return DailyFile(path, keep_days=30, max_bytes=max_bytes)


def test_a_new_day_starts_a_new_file(tmp_path: Path) -> None:
    handler = opened(tmp_path / "x.log")

    write(handler, "today", NOON)
    handler.close()

    assert (tmp_path / "x.log").read_text() == "today\n"
    assert (tmp_path / "x.log.2025-12-12.1").read_text() == "yesterday\n"


def test_a_full_file_is_put_aside_the_same_day(tmp_path: Path) -> None:
    handler = opened(tmp_path / "x.log", max_bytes=4)
    for text in ("first", "second", "third"):
        write(handler, text, NOON)
    handler.close()

    assert (tmp_path / "x.log").read_text() == "third\n"
    assert (tmp_path / "x.log.2025-12-13.1").read_text() == "first\n"
    assert (tmp_path / "x.log.2025-12-13.2").read_text() == "second\n"


def test_files_put_aside_disappear_when_they_are_old_enough(tmp_path: Path) -> None:
    old = tmp_path / "x.log.2025-10-01.1"
    old.write_text("")
    os.utime(old, (NOON - 31 * DAY, NOON - 31 * DAY))
    handler = opened(tmp_path / "x.log")

    write(handler, "today", NOON)
    handler.close()

    assert not old.exists()


def test_logs_of_jobs_live_for_a_week(tmp_path: Path) -> None:
    for name, days in (("old.log", 8), ("young.log", 6), ("other.txt", 9)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (NOON - days * DAY, NOON - days * DAY))

    assert [path.name for path in expire_job_logs(tmp_path, NOON)] == ["old.log"]


def test_a_disk_that_refuses_costs_the_line_and_not_the_agent(tmp_path: Path) -> None:
    handler = opened(tmp_path / "x.log")
    handler.close()
    (tmp_path / "x.log").unlink()
    tmp_path.rmdir()

    write(handler, "lost", NOON)
