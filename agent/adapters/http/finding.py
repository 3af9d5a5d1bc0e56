"""Finds what a path names, or says that there is no such thing."""

from agent.domain.run import Run
from agent.domain.session import Session
from agent.errors import NotFound
from agent.ports import Records


async def run_of(records: Records, run_id: str) -> Run:
    """The run."""
    found = await records.runs.get(run_id)
    if found is None:
        raise NotFound("There is no such run.")
    return found


async def session_of(records: Records, session_id: str) -> Session:
    """The session."""
    found = await records.sessions.get(session_id)
    if found is None:
        raise NotFound("There is no such session.")
    return found
