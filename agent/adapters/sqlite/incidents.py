"""Incidents, in SQLite."""

import json
from collections.abc import Mapping, Sequence

import aiosqlite

from agent.adapters.sqlite.rows import Codec, Table, moment_from, moment_text, pairs
from agent.domain.incident import Firing, Incident, IncidentSeverity


def _write(alerts: Sequence[Firing]) -> str:
    return json.dumps(
        [
            [
                each.fingerprint,
                dict(each.labels),
                dict(each.annotations),
                moment_text(each.starts_at),
                each.ends_at and moment_text(each.ends_at),
            ]
            for each in alerts
        ]
    )


def _read(text: str) -> tuple[Firing, ...]:
    return tuple(
        Firing(fingerprint, labels, annotations, moment_from(starts), moment_from(ends) if ends else None)
        for fingerprint, labels, annotations, starts, ends in json.loads(text)
    )


_INCIDENTS = Table(Incident, "incidents", special={"alerts": Codec(_write, _read)})


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

    async def open(self) -> Sequence[Incident]:
        return await _INCIDENTS.select(self._db, "WHERE resolved_at IS NULL ORDER BY seq")

    async def listing(self, limit: int) -> Sequence[Incident]:
        return await _INCIDENTS.select(self._db, "ORDER BY seq DESC LIMIT ?", (limit,))

    async def open_by_severity(self, *, unacknowledged: bool) -> Mapping[IncidentSeverity, int]:
        found = await pairs(
            self._db,
            "SELECT severity, count(*) FROM incidents WHERE resolved_at IS NULL AND (NOT ? OR acked_by IS NULL)"
            " GROUP BY severity",
            (unacknowledged,),
        )
        return {severity: found.get(severity, 0) for severity in IncidentSeverity}
