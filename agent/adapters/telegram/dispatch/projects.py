"""Projects and profiles: what there is to work in and to work with."""

from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.finding import session_addressed
from agent.adapters.telegram.render import notes, places
from agent.domain.roles import Deed, may
from agent.services.journal import Writing
from agent.services.projects import Scanned


async def projects(desk: Desk, ask: Ask) -> Answer:
    """The registered ones; those who may can open a session in one by tapping it."""
    async with desk.journal.store.reading() as records:
        return Answer(places.projects(await records.projects.all(), offered=_may_choose(ask)))


async def profiles(desk: Desk, ask: Ask) -> Answer:
    """All of them, with what each lacks on this machine; those who may can choose one by tapping it."""
    known = [(profile, desk.missing(profile)) for _, profile in sorted(desk.profiles.items())]
    async with desk.journal.store.reading() as records:
        session = await session_addressed(records, ask)
    current = session.profile if session else ""
    return Answer(places.profiles(known, current, offered=_may_choose(ask) and session is not None))


def _may_choose(ask: Ask) -> bool:
    return may(ask.role, Deed.MANAGE_SESSION)


async def scan(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """Look for repositories."""

    async def scanned(writing: Writing, found: Scanned) -> None:
        await conclude(writing, Answer(notes.scanned(found)))

    await desk.projects.scan(ask.user_id, concluding=scanned)
