"""Silences as Alertmanager's API spells them."""

from collections.abc import Mapping
from typing import Any

from agent.adapters.alertmanager.moments import moment_of, moment_text
from agent.domain.incident_silence import Matcher, Silence


def written(silence: Silence) -> dict[str, Any]:
    """The silence as it is posted."""
    fields: dict[str, Any] = {
        "matchers": [
            {"name": each.name, "value": each.value, "isRegex": each.is_regex, "isEqual": each.is_equal}
            for each in silence.matchers
        ],
        "startsAt": moment_text(silence.starts_at),
        "endsAt": moment_text(silence.ends_at),
        "createdBy": silence.by,
        "comment": silence.comment,
    }
    return {**fields, "id": silence.id} if silence.id else fields


def read_silence(raw: Mapping[str, Any]) -> Silence | None:
    """A silence as it is listed, or None when it cannot be read, which silences nothing here."""
    starts, ends, listed = moment_of(raw.get("startsAt")), moment_of(raw.get("endsAt")), raw.get("matchers")
    matchers = [_matcher(each) for each in listed] if isinstance(listed, list) else []
    known = tuple(each for each in matchers if each is not None)
    if starts is None or ends is None or not known or len(known) != len(matchers):
        return None
    by, comment = str(raw.get("createdBy", ""))[:200], str(raw.get("comment", ""))[:500]
    return Silence(matchers=known, starts_at=starts, ends_at=ends, by=by, comment=comment, id=str(raw.get("id", "")))


def _matcher(raw: object) -> Matcher | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("name"), str) or not isinstance(raw.get("value"), str):
        return None
    return Matcher(raw["name"], raw["value"], raw.get("isRegex") is True, raw.get("isEqual") is not False)
