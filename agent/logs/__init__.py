"""Logging: the documented JSON lines, to files that rotate and expire, with every secret taken out on the way."""

from agent.logs.correlation import Correlation, bind, correlation
from agent.logs.files import AGENT_LOG, AUDIT_LOG, DailyFile, expire_hook_notes, expire_job_logs
from agent.logs.lines import JsonLines
from agent.logs.redaction import Redaction
from agent.logs.setup import AUDIT, configure

__all__ = [
    "AGENT_LOG",
    "AUDIT",
    "AUDIT_LOG",
    "Correlation",
    "DailyFile",
    "JsonLines",
    "Redaction",
    "bind",
    "configure",
    "correlation",
    "expire_hook_notes",
    "expire_job_logs",
]
