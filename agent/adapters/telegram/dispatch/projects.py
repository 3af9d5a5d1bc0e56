"""Projects and profiles: what there is to work in and to work with."""

from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.render import notes, places
from agent.services.journal import Writing
from agent.services.projects import Scanned


async def projects(desk: Desk, _ask: Ask) -> Answer:
    """The registered ones."""
    async with desk.journal.store.reading() as records:
        return Answer(places.projects(await records.projects.all()))


async def profiles(desk: Desk, _ask: Ask) -> Answer:
    """All of them, with what each lacks on this machine."""
    known = [(profile, desk.missing(profile)) for _, profile in sorted(desk.profiles.items())]
    return Answer(places.profiles(known))


async def scan(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """Look for repositories."""

    async def scanned(writing: Writing, found: Scanned) -> None:
        await conclude(writing, Answer(notes.scanned(found)))

    await desk.projects.scan(ask.user_id, concluding=scanned)
