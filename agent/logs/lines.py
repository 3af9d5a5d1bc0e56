"""One log record as one line of JSON, with the documented keys."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from agent.logs.correlation import correlation
from agent.logs.redaction import Redaction

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Keys: timestamp, level, logger, message, context, trace_id, span_id; `extra=` fields land in `context`."""

    def __init__(self, redact: Redaction) -> None:
        super().__init__()
        self._redact = redact
        self._last: tuple[logging.LogRecord, str] | None = None

    def format(self, record: logging.LogRecord) -> str:
        last = self._last
        if last is None or last[0] is not record:  # each record comes once per handler, one right after the other
            last = self._last = record, self._line(record)
        return last[1]

    def _line(self, record: logging.LogRecord) -> str:
        known = correlation()
        line = {
            "timestamp": _timestamp(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "context": {**known.context, **_extra(record), **self._exception(record)},
            "trace_id": known.trace_id,
            "span_id": known.span_id,
        }
        return json.dumps(self._cleaned(line), ensure_ascii=False, separators=(",", ":"))

    def _exception(self, record: logging.LogRecord) -> dict[str, str]:
        if record.exc_info and record.exc_info[1] is not None:
            return {"exception": self.formatException(record.exc_info)}
        return {}

    def _cleaned(self, value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
        match value:
            case str():
                return self._redact(value)
            case dict():
                return {self._redact(str(key)): self._cleaned(each) for key, each in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._cleaned(each) for each in value]
            case bool() | int() | float() | None:
                return value
            case _:
                return self._redact(str(value))


def _timestamp(created: float) -> str:
    return datetime.fromtimestamp(created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}
