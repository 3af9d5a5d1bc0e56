"""Incidents with their history and their executed steps, in SQLite."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import aiosqlite

from agent.adapters.sqlite.rows import Codec, Table, moment_from, moment_text, pairs, scalar
from agent.domain.incident import UNCLAIMED, Firing, Incident, IncidentSeverity, Presence
from agent.domain.incident_action import Action, ActionState
from agent.domain.incident_history import Entry
from agent.domain.matcher import Matcher


def _write(alerts: Sequence[Firing]) -> str:
    return json.dumps(
        [
            [
                each.fingerprint,
                dict(each.labels),
                dict(each.annotations),
                moment_text(each.starts_at),
                each.ends_at and moment_text(each.ends_at),
                each.seen_at and moment_text(each.seen_at),
                each.is_known,
                each.is_inferred,
            ]
            for each in alerts
        ]
    )


def _read(text: str) -> tuple[Firing, ...]:
    return tuple(_alert(*cells) for cells in json.loads(text))


def _alert(  # noqa: PLR0913, PLR0917 - the cells of a row
    fingerprint: str,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    starts: str,
    ends: str | None,
    seen: str | None = None,
    is_known: bool = False,  # noqa: FBT002 - a cell of a row, which older rows lack
    is_inferred: bool = False,  # noqa: FBT002 - likewise
) -> Firing:
    ended, told = ends and moment_from(ends), seen and moment_from(seen)
    moments = moment_from(starts), ended or None, told or None
    return Firing(fingerprint, labels, annotations, *moments, is_known, is_inferred)


def _of_each(found: Mapping[str, int]) -> Mapping[IncidentSeverity, int]:
    return {severity: found.get(severity, 0) for severity in IncidentSeverity}


def _write_matchers(matchers: Sequence[Matcher]) -> str:
    return json.dumps([[each.name, each.value, each.is_regex, each.is_equal] for each in matchers])


def _read_matchers(text: str) -> tuple[Matcher, ...]:
    return tuple(Matcher(*cells) for cells in json.loads(text))


_INCIDENTS = Table(
    Incident,
    "incidents",
    special={"alerts": Codec(_write, _read), "silence_matchers": Codec(_write_matchers, _read_matchers)},
)
_HISTORY = Table(Entry, "incident_history", key="at")
_ACTIONS = Table(Action, "incident_actions")


class SqliteIncidents:
    """Keeps `ports.Incidents`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def add(self, incident: Incident) -> None:
        await _INCIDENTS.insert(self._db, incident)

    async def save(self, incident: Incident) -> None:
        await _INCIDENTS.update(self._db, incident)

    async def get(self, incident_id: str) -> Incident | None:
        return await _INCIDENTS.one(self._db, "WHERE id = ?", (incident_id,))

    async def open_of_group(self, group_key: str, group_hash: str) -> Incident | None:
        tail = "WHERE resolved_at IS NULL AND (group_key = ? OR group_hash = ?) ORDER BY group_key = ? DESC, seq DESC"
        return await _INCIDENTS.one(self._db, tail, (group_key, group_hash, group_key))

    async def latest_of_group(self, group_key: str, group_hash: str) -> Incident | None:
        by_key = await _INCIDENTS.one(self._db, "WHERE group_key = ? ORDER BY seq DESC", (group_key,))
        return by_key or await _INCIDENTS.one(self._db, "WHERE group_hash = ? ORDER BY seq DESC", (group_hash,))

    async def open(self) -> Sequence[Incident]:
        return await _INCIDENTS.select(self._db, "WHERE resolved_at IS NULL ORDER BY seq")

    async def recovering(self) -> Sequence[Incident]:
        tail = "WHERE recovered_at IS NULL AND resolved_at IS NOT NULL ORDER BY seq"
        return await _INCIDENTS.select(self._db, tail)

    async def resolved_since(self, moment: datetime) -> Sequence[Incident]:
        return await _INCIDENTS.select(self._db, "WHERE resolved_at >= ? ORDER BY seq", (moment_text(moment),))

    async def in_presence(self, presence: Presence) -> Sequence[Incident]:
        return await _INCIDENTS.select(self._db, "WHERE presence = ? ORDER BY seq", (presence,))

    async def rung_since(self, moment: datetime) -> int:
        sql = "SELECT count(*) FROM incidents WHERE rung_at >= ?"
        return int(await scalar(self._db, sql, (moment_text(moment),)))

    async def listing(self, limit: int) -> Sequence[Incident]:
        return await _INCIDENTS.select(self._db, "ORDER BY seq DESC LIMIT ?", (limit,))

    async def open_by_severity(self) -> Mapping[IncidentSeverity, int]:
        sql = "SELECT severity, count(*) FROM incidents WHERE resolved_at IS NULL GROUP BY severity"
        return _of_each(await pairs(self._db, sql))

    async def unattended_by_severity(self, now: datetime) -> Mapping[IncidentSeverity, int]:
        sql = (
            "SELECT severity, count(*) FROM incidents WHERE resolved_at IS NULL AND acked_by IS NULL"
            " AND (silenced_until IS NULL OR silenced_until <= ?) AND name <> ? GROUP BY severity"
        )
        return _of_each(await pairs(self._db, sql, (moment_text(now), UNCLAIMED)))

    async def note(self, entry: Entry) -> None:
        await _HISTORY.insert(self._db, entry)

    async def history(self, incident_id: str) -> Sequence[Entry]:
        return await _HISTORY.select(self._db, "WHERE incident_id = ? ORDER BY seq", (incident_id,))

    async def add_action(self, action: Action) -> None:
        await _ACTIONS.insert(self._db, action)

    async def save_action(self, action: Action) -> None:
        await _ACTIONS.update(self._db, action)

    async def action(self, action_id: str) -> Action | None:
        return await _ACTIONS.one(self._db, "WHERE id = ?", (action_id,))

    async def actions_in(self, *states: ActionState) -> Sequence[Action]:
        marks = ", ".join("?" for _ in states)
        return await _ACTIONS.select(self._db, f"WHERE state IN ({marks}) ORDER BY seq", states)
