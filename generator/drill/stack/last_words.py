"""What a program said last, for a person: its log lines without clockwork, the loud ones if there are any."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

_LONGEST = 200
_MOST = 6
_FEW = 3
_TAIL_BYTES = 65_536
_TAIL_LINES = 24
_LOUD = ("warn", "warning", "error", "critical", "fatal", "panic", "")
"""The last is that of lines which are no log: what programs print when they cannot go on."""

_CLOCKWORK = {"ts", "time", "timestamp", "caller", "source", "level", "logger", "trace_id", "span_id", "msg", "message"}
_LOGFMT = re.compile(r"(?:ts|time)=\S+ .*\blevel=")
_PAIR = re.compile(r'([\w.]+)=("(?:[^"\\]|\\.)*"|\S*)')


def last_words(log: Path, begin: int = 0) -> tuple[str, ...]:
    """The end of a log from a byte on, as lines for a person; none when there is nothing to read."""
    try:
        with log.open("rb") as file:
            file.seek(max(begin, log.stat().st_size - _TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()[-_TAIL_LINES:]
    except OSError:
        return ()
    return readable(lines)


def readable(lines: Iterable[str]) -> tuple[str, ...]:
    """The last lines that are loud, or else the last of all; one after another with its level, words and facts."""
    told = [_read(line) for line in lines if line.strip()]
    loud = [text for level, text in told if level in _LOUD]
    return tuple((loud or [text for _, text in told][-_FEW:])[-_MOST:])


def _read(line: str) -> tuple[str, str]:
    """Its level, empty where it is no line of a log, and what it says."""
    fields = _json(line) or _logfmt(line)
    if not fields:
        return "", _cut(line.rstrip())
    level = str(fields.get("level", "info")).lower()
    message = str(fields.get("msg") or fields.get("message") or "")
    facts = _facts({key: value for key, value in fields.items() if key not in _CLOCKWORK})
    return level, _cut(f"{level}: {' '.join(filter(None, (message, facts)))}")


def _facts(fields: Mapping[str, object]) -> str:
    """`name=value …`, with what lies in `context`; of several lines the last, as a traceback ends with its error."""
    inner = fields.get("context")
    flat = {key: value for key, value in fields.items() if key != "context"}
    flat |= inner if isinstance(inner, dict) else {}
    lines = {key: str(value).strip().splitlines() for key, value in flat.items()}
    return " ".join(f"{key}={found[-1].strip()}" for key, found in lines.items() if found)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _json(line: str) -> Mapping[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _logfmt(line: str) -> Mapping[str, object]:
    """`ts=… level=info msg="…"`, as Prometheus and Alertmanager write it."""
    if not _LOGFMT.match(line):
        return {}
    return {key: _unquoted(value) for key, value in _PAIR.findall(line)}


def _unquoted(value: str) -> str:
    try:
        return str(json.loads(value)) if value.startswith('"') else value
    except ValueError:
        return value
