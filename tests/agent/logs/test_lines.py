"""Holds log lines to the documented shape."""

import json
import logging
import sys
from typing import Any

from agent.logs import JsonLines, Redaction, bind

TOKEN = "7654321:" + "A" * 35


def line(message: str = "Job started", **extra: object) -> dict[str, Any]:
    record = logging.makeLogRecord(
        {"name": "agent.runner", "levelno": 20, "levelname": "INFO", "msg": message, "created": 1765621845.123, **extra}
    )
    loaded: dict[str, Any] = json.loads(JsonLines(Redaction()).format(record))
    return loaded


def test_a_line_has_exactly_the_documented_keys() -> None:
    assert list(line()) == ["timestamp", "level", "logger", "message", "context", "trace_id", "span_id"]


def test_the_time_is_utc_with_milliseconds() -> None:
    assert line()["timestamp"] == "2025-12-13T10:30:45.123Z"


def test_the_level_is_lower_case() -> None:
    assert line()["level"] == "info"


def test_extra_fields_are_context() -> None:
    assert line(job_id="j1", sizes=(1, 2))["context"] == {"job_id": "j1", "sizes": [1, 2]}


def test_bound_identifiers_are_on_every_line_inside() -> None:
    with bind(trace_id="abc", span_id="def", run_id="r1"), bind(session_id="S1"):
        inside = line()

    assert (inside["trace_id"], inside["span_id"]) == ("abc", "def")
    assert inside["context"] == {"run_id": "r1", "session_id": "S1"}
    assert line()["context"] == {}


def test_secrets_are_masked_in_message_context_and_exception() -> None:
    try:
        int(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError:
        written = json.dumps(line(f"got {TOKEN}", exc_info=sys.exc_info(), url={"deep": [TOKEN]}))

    assert TOKEN not in written
    assert "ValueError" in written
