"""Incidents: Alertmanager's groups as the chat sees them."""

from collections.abc import Iterator
from typing import Final

from agent.adapters.http.desk import Desk, IncidentTimeline
from agent.adapters.http.route import Call, Handler, Parameter, Reply, Route
from agent.adapters.http.shapes import (
    INTEGER,
    MOMENT,
    TEXT,
    TEXTS,
    Json,
    Schema,
    between,
    many,
    moment,
    moment_or_null,
    or_null,
    record,
    words,
)
from agent.domain.incident import Firing, Incident, IncidentSeverity
from agent.errors import NotFound

MOST: Final = 200

ALERT: Final[Schema] = record(
    "IncidentAlert",
    {"fingerprint": TEXT, "labels": TEXTS, "annotations": TEXTS, "starts_at": MOMENT, "ends_at": or_null(MOMENT)},
)
INCIDENT: Final[Schema] = record(
    "Incident",
    {
        "incident_id": TEXT,
        "name": TEXT,
        "system": TEXT,
        "severity": words(IncidentSeverity),
        "status": words(["firing", "resolved"]),
        "alerts": many(ALERT),
        "truncated": {**INTEGER, "description": "alerts of the group that were left out"},
        "acked_by": {**or_null(INTEGER), "description": "the Telegram user who has it in hand"},
        "acked_name": {**TEXT, "description": "that user's name, or empty"},
        "acked_at": or_null(MOMENT),
        "level": {**INTEGER, "description": "how many steps of the escalation have been taken"},
        "silence_id": TEXT,
        "silenced_by": {**TEXT, "description": "the author of the silence over all of it, or empty"},
        "silenced_until": or_null(MOMENT),
        "opened_at": MOMENT,
        "updated_at": MOMENT,
        "resolved_at": or_null(MOMENT),
        "recovered_at": {**or_null(MOMENT), "description": "when the exit criteria were met"},
    },
)


async def listing(call: Call) -> Reply:
    """The newest first, or all that fire, the oldest first."""
    async with call.desk.journal.store.reading() as records:
        if call.query["status"] == "firing":
            found = (await records.incidents.open())[: call.query["limit"]]
        else:
            found = await records.incidents.listing(call.query["limit"])
    return Reply([incident_json(each) for each in found])


async def show(call: Call) -> Reply:
    """One incident, in whatever case its id is written."""
    name = call.path["incident_id"]
    async with call.desk.journal.store.reading() as records:
        found = await records.incidents.get(name) or await records.incidents.get(name.upper())
    if found is None:
        raise NotFound("There is no such incident.")
    return Reply(incident_json(found))


def _timeline(write: IncidentTimeline) -> Handler:
    async def page(call: Call) -> Reply:
        return Reply(await write(call.path["incident_id"]), content_type="text/markdown")

    return page


def incident_json(incident: Incident) -> Json:
    """The group, and who has it in hand."""
    return {
        "incident_id": incident.id,
        "name": incident.name,
        "system": incident.system,
        "severity": incident.severity,
        "status": "firing" if incident.is_open else "resolved",
        "alerts": [_alert(each) for each in incident.alerts],
        "truncated": incident.truncated,
        "acked_by": incident.acked_by,
        "acked_name": incident.acked_name,
        "acked_at": moment_or_null(incident.acked_at),
        "level": incident.level,
        "silence_id": incident.silence_id,
        "silenced_by": incident.silenced_by,
        "silenced_until": moment_or_null(incident.silenced_until),
        "opened_at": moment(incident.opened_at),
        "updated_at": moment(incident.updated_at),
        "resolved_at": moment_or_null(incident.resolved_at),
        "recovered_at": moment_or_null(incident.recovered_at),
    }


def _alert(firing: Firing) -> Json:
    return {
        "fingerprint": firing.fingerprint,
        "labels": dict(firing.labels),
        "annotations": dict(firing.annotations),
        "starts_at": moment(firing.starts_at),
        "ends_at": moment_or_null(firing.ends_at),
    }


def routes(desk: Desk) -> Iterator[Route]:
    """The timeline only where somebody can write it."""
    yield Route(
        method="GET",
        path="/api/incidents",
        summary="The newest incidents",
        handler=listing,
        tag="incidents",
        parameters=(
            Parameter("limit", between(1, MOST, 50), "how many"),
            Parameter("status", {**words(["all", "firing"]), "default": "all"}, "only those that fire, or all"),
        ),
        answer=many(INCIDENT),
    )
    yield Route(
        method="GET",
        path="/api/incidents/{incident_id}",
        summary="One incident",
        handler=show,
        tag="incidents",
        answer=INCIDENT,
    )
    if desk.incident_timeline is not None:
        yield Route(
            method="GET",
            path="/api/incidents/{incident_id}/timeline.md",
            summary="An incident's timeline as Markdown",
            handler=_timeline(desk.incident_timeline),
            tag="incidents",
            content_type="text/markdown",
        )
