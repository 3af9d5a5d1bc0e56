"""The timeline of an incident, for the chat and for the API."""

from agent.domain.incident_history import timeline_markdown
from agent.ports import Records
from agent.services.incidents.acks import incident_named


async def timeline(records: Records, name: str) -> str:
    """As Markdown, every moment exact and in UTC. Raises `NotFound`."""
    incident = await incident_named(records, name)
    return timeline_markdown(incident, await records.incidents.history(incident.id))
