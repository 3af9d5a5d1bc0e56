"""Reads the webhook of Alertmanager, version 4: tolerant of what is new, absent or odd, strict about what it needs.

Labels are all that an alert needs. Without a moment that can be read it began when we heard of it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from agent.adapters.alertmanager.moments import moment_of
from agent.domain.incident import Firing
from agent.domain.incident_notice import Notice
from agent.errors import Malformed

LONGEST_ANNOTATION: Final = 4000
_OFFSET, _PRIME, _SEPARATOR, _MASK = 0xCBF29CE484222325, 0x100000001B3, 0xFF, 0xFFFFFFFFFFFFFFFF
_VERSION: Final = "4"


def read_notice(body: str, told_at: datetime) -> Notice:
    """Keeps `ports.NoticeReader`."""
    payload = _payload(body)
    raw, labels = payload["alerts"], _labels(payload.get("groupLabels"))
    found = [(each, alert) for each in raw if (alert := _alert(each, told_at)) is not None]
    alerts = tuple(alert for _, alert in found)
    if raw and not alerts:
        raise Malformed("None of its alerts has labels.")
    receiver = _text(payload.get("receiver"))
    left_out = _count(payload.get("truncatedAlerts")) + len(raw) - len(alerts)
    return Notice(
        group_key=_text(payload.get("groupKey")) or f"{receiver}:{json.dumps(labels, sort_keys=True)}",
        group_hash=_hash(receiver, labels),
        receiver=receiver,
        group_labels=labels,
        alerts=alerts,
        told_at=told_at,
        truncated=left_out,
        more_fire=left_out > 0 and payload.get("status") == "firing",
        undated=frozenset(alert.fingerprint for each, alert in found if moment_of(each.get("startsAt")) is None),
    )


def _payload(body: str) -> dict[str, Any]:
    """What was posted. In the place of what was too large the door has left word of why it was `refused`."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("It is not JSON.") from None
    if not isinstance(payload, dict):
        raise Malformed("It is not an object.")
    if str(payload.get("version") or _VERSION) != _VERSION:
        raise Malformed("Its version is not 4, the only one there is.")
    if not isinstance(payload.get("alerts"), list):
        raise Malformed(_text(payload.get("refused")) or "It has no list of alerts.")
    return payload


def _alert(raw: object, told_at: datetime) -> Firing | None:
    if not isinstance(raw, dict):
        return None
    labels = _labels(raw.get("labels"))
    if not labels:
        return None
    starts = moment_of(raw.get("startsAt")) or _arrival(raw, told_at)
    return Firing(
        fingerprint=_text(raw.get("fingerprint")) or fingerprint(labels),
        labels=labels,
        annotations=_annotations(raw.get("annotations")),
        starts_at=starts,
        ends_at=_end(raw, starts, told_at),
        seen_at=told_at,
    )


def _arrival(raw: Mapping[str, Any], told_at: datetime) -> datetime:
    """What stands in for a beginning: never later than the end."""
    ends = moment_of(raw.get("endsAt")) if raw.get("status") != "firing" else None
    return min(ends or told_at, told_at)


def _end(raw: Mapping[str, Any], starts: datetime, told_at: datetime) -> datetime | None:
    """The word decides; only where it is missing does an end that has passed by our clock."""
    ends, status = moment_of(raw.get("endsAt")), raw.get("status")
    if status == "firing":
        return None
    if status == "resolved":
        return max(ends or told_at, starts)
    return max(ends, starts) if ends is not None and ends <= told_at else None


def fingerprint(labels: Mapping[str, str]) -> str:
    """What Prometheus and Alertmanager compute: 64 bits of FNV-1a over the sorted labels."""
    number = _OFFSET
    for byte in _bytes(labels):
        number = (number ^ byte) * _PRIME & _MASK
    return f"{number:016x}"


def _bytes(labels: Mapping[str, str]) -> Iterator[int]:
    for name, value in sorted(labels.items()):
        yield from name.encode()
        yield _SEPARATOR
        yield from value.encode()
        yield _SEPARATOR


def _hash(receiver: str, labels: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps([receiver, sorted(labels.items())]).encode()).hexdigest()[:32]


def _labels(value: object) -> dict[str, str]:
    found = value if isinstance(value, dict) else {}
    return {_sound(name): _sound(text) for name, text in found.items() if isinstance(text, str) and text}


def _annotations(value: object) -> dict[str, str]:
    return {name: text[:LONGEST_ANNOTATION] for name, text in _labels(value).items()}


def _text(value: object) -> str:
    return _sound(value) if isinstance(value, str) else ""


def _sound(text: str) -> str:
    """Without halves of characters, which JSON can spell and nothing can keep."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0
