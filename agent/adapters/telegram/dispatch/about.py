"""The guide: where one stands, what one can do, and who one is to us."""

from agent.adapters.telegram.dispatch.asking import Answer, Ask
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.finding import approvals_seen, runs_under_way, session_addressed
from agent.adapters.telegram.render import guide
from agent.adapters.telegram.render.welcome import Place, welcome
from agent.adapters.telegram.tasks import Task
from agent.domain.profile import DEFAULT
from agent.domain.roles import Deed, may
from agent.errors import NotFound


async def start(desk: Desk, ask: Ask) -> Answer:
    """The first thing to read: what this is, and what to do next."""
    async with desk.journal.store.reading() as records:
        session = await session_addressed(records, ask)
        profile = desk.profiles.get(session.profile if session else DEFAULT)
        place = Place(
            projects=await records.projects.all(),
            session=session,
            under_way=await runs_under_way(records, ask),
            questions=len(await approvals_seen(records, ask)) if may(ask.role, Deed.DECIDE) else 0,
            gap=desk.missing(profile) if profile else "",
            is_chatter=not ask.is_private and not (ask.thread_id and session),
        )
    return Answer(welcome(ask.role, place))


async def help_(_desk: Desk, ask: Ask) -> Answer:
    """All that the role can do, a chapter of it, or one command in detail."""
    task = ask.words.get("task", guide.WHOLE)
    if task in tuple(Task):
        return Answer(guide.of_task(Task(task), ask.role), in_place=True)
    if task != guide.WHOLE:
        raise NotFound("There is no such chapter; /help shows what there is.")
    name = ask.words.get("command", "")
    return Answer(guide.about(name, ask.role) if name else guide.guide(ask.role), in_place=True)


async def whoami(_desk: Desk, ask: Ask) -> Answer:
    """Id and role."""
    return Answer(guide.whoami(ask.user_id, ask.role))
