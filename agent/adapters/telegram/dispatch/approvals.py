"""Approvals: the open questions, and the answers to them."""

from agent.adapters.telegram.dispatch import containment
from agent.adapters.telegram.dispatch.asking import Answer, Ask
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.finding import approval_named, approvals_seen
from agent.adapters.telegram.render import approvals as words
from agent.adapters.telegram.render import notes
from agent.domain.approval import Approval, granted, looks_like_id
from agent.domain.roles import NEEDED, Deed, may
from agent.domain.tool_call import looks_like_tool
from agent.errors import Forbidden, NotFound
from agent.services.journal import Writing


async def approvals(desk: Desk, ask: Ask) -> Answer:
    """What waits for an answer, and what needs none for now."""
    async with desk.journal.store.reading() as records:
        now = desk.journal.clock.now()
        sessions = [each for each in await records.sessions.active() if ask.sees(each.chat_id)]
        standing = [(each.id, granted(each.allowed_scopes, now)) for each in sessions]
        return Answer(words.listing(await approvals_seen(records, ask), now, standing))


async def approve(desk: Desk, ask: Ask, writing: Writing) -> Answer:
    """Say yes."""
    asked = await approval_named(writing.records, ask, ask.words["id"])
    if asked is None:
        raise _unknown(ask.words["id"])
    for_session = ask.words.get("for") == "session"
    return await _decide(desk, ask, writing, asked, yes=True, for_session=for_session)


async def deny(desk: Desk, ask: Ask, writing: Writing) -> Answer:
    """Say no to a question. A typed word that is made like a tool's name is one, for those who may contain."""
    asked = await approval_named(writing.records, ask, ask.words["what"])
    if asked is not None:
        return await _decide(desk, ask, writing, asked, yes=False)
    if ask.is_tap or looks_like_id(ask.words["what"]) or not looks_like_tool(ask.words["what"]):
        raise _unknown(ask.words["what"])
    if not may(ask.role, Deed.CONTAIN):
        raise Forbidden(f"Denying a tool takes the role {NEEDED[Deed.CONTAIN]}; you are {ask.role}.")
    return await containment.deny(desk, ask, writing)


async def _decide(  # noqa: PLR0913 - what an answer consists of
    desk: Desk, ask: Ask, writing: Writing, asked: Approval, *, yes: bool, for_session: bool = False
) -> Answer:
    decided = await desk.approvals.decide(writing, asked.id, yes=yes, by=ask.user_id, for_session=for_session)
    mark, verb = ("✅", "approved") if yes else ("⛔", "denied")
    scope = f"; {decided.scope} is allowed for the session {decided.session_id} for an hour" if for_session else ""
    return Answer(notes.note(f"{mark} Approval {decided.id} is {verb}{scope}."), brief=True)


def _unknown(name: str) -> NotFound:
    return NotFound(f"There is no approval {name}; /approvals lists the open ones.")
