"""Wires loggers to files and to standard error, once, at start."""

import logging
import sys
from pathlib import Path
from typing import Final

from agent.logs.files import AGENT_DAYS, AGENT_LOG, AUDIT_DAYS, AUDIT_LOG, DailyFile
from agent.logs.lines import JsonLines
from agent.logs.redaction import Redaction

AUDIT: Final = "agent.audit"
"""The logger of the audit log; its lines go there and into the agent's log."""

QUIET: Final = ("httpx", "httpcore", "telegram", "aiohttp.access", "aiosqlite", "asyncio")
"""Libraries that log addresses with tokens in them, or a line per request."""


_log = logging.getLogger(__name__)


def configure(folder: Path | None, *, level: str, redact: Redaction) -> None:
    """Send every logger to standard error and, given a folder, to the files of the documents."""
    formatter = JsonLines(redact)
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    audit = logging.getLogger(AUDIT)
    _detach(audit)
    if folder is not None:
        handlers.append(DailyFile(folder / AGENT_LOG, keep_days=AGENT_DAYS))
        audit.addHandler(DailyFile(folder / AUDIT_LOG, keep_days=AUDIT_DAYS))
    root = logging.getLogger()
    _detach(root)
    for handler in handlers:
        root.addHandler(handler)
    for handler in (*handlers, *audit.handlers):
        handler.setFormatter(formatter)
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for file in (each for each in (*handlers, *audit.handlers) if isinstance(each, DailyFile) and each.problem):
        _log.warning("log.unwritable", extra={"reason": file.problem})


def _detach(logger: logging.Logger) -> None:
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
