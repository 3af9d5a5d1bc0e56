"""Holds the wiring of loggers to the documented files, and to silence where tokens would leak."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.logs import AUDIT, Redaction, configure


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root, audit = logging.getLogger(), logging.getLogger(AUDIT)
    before, level = root.handlers[:], root.level
    yield
    for logger in (root, audit):
        for handler in logger.handlers[:]:
            logger.removeHandler(handler)
            if handler not in before:
                handler.close()
    for handler in before:
        root.addHandler(handler)
    root.setLevel(level)


def test_the_audit_log_has_audit_lines_and_nothing_else(tmp_path: Path) -> None:
    configure(tmp_path, level="info", redact=Redaction())

    logging.getLogger(AUDIT).info("job.approved", extra={"run_id": "r1"})
    logging.getLogger("agent").info("other")

    audited = [json.loads(line)["message"] for line in (tmp_path / "audit.log").read_text().splitlines()]
    everything = [json.loads(line)["message"] for line in (tmp_path / "orchestrator.log").read_text().splitlines()]
    assert audited == ["job.approved"]
    assert everything == ["job.approved", "other"]


def test_libraries_that_log_addresses_are_quiet(tmp_path: Path) -> None:
    configure(tmp_path, level="debug", redact=Redaction())

    logging.getLogger("httpx").info("POST https://api.telegram.org/bot1:secret/getMe")

    assert (tmp_path / "orchestrator.log").read_text() == ""
