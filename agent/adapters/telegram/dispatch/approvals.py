"""Approvals: the open questions, and the answers to them."""

from typing import Final

from agent.adapters.telegram.dispatch import containment
from agent.adapters.telegram.dispatch.asking import Answer, Ask
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.finding import approval_named, approvals_seen
from agent.adapters.telegram.dispatch.saying import amend
from agent.adapters.telegram.render import approvals as words
from agent.adapters.telegram.render import notes
from agent.domain.approval import Approval, granted, looks_like_id
from agent.domain.containment import objection
from agent.domain.roles import NEEDED, Deed, may
from agent.domain.tool_call import looks_like_tool
from agent.errors import Forbidden, NotFound
from agent.ports import Records, Words
from agent.services.journal import Writing
from agent.services.voice import ASKED_AGAIN

LISTING: Final = "approvals"
"""The key of the newest list in a chat."""


async def approvals(desk: Desk, ask: Ask) -> Answer:
    """What waits for an answer, and what needs none for now; or one question in full, to be answered there."""
    async with desk.journal.store.reading() as records:
        if "id" in ask.words:
            return await _in_full(records, ask)
        return Answer(await _listing(desk, ask, records), key=LISTING)


async def _listing(desk: Desk, ask: Ask, records: Records) -> Words:
    now, pending = desk.journal.clock.now(), await approvals_seen(records, ask)
    sessions = [each for each in await records.sessions.active() if ask.sees(each.chat_id)]
    standing = [(each.id, granted(each.allowed_scopes, now)) for each in sessions]
    levers = await records.controls.containment()
    objections = {each.id: objection(levers, each) for each in pending} if may(ask.role, Deed.DECIDE) else None
    return words.listing(pending, now, standing, objections)


async def _in_full(records: Records, ask: Ask) -> Answer:
    asked = await approval_named(records, ask, ask.words["id"])
    if asked is None:
        raise _unknown(ask.words["id"])
    why_not = objection(await records.controls.containment(), asked)
    shown = words.approval(asked, why_not, await records.runs.get(asked.run_id))
    if not asked.is_pending:
        return Answer(shown)
    return Answer(shown, key=f"approval:{asked.id}", put_away=Words(ASKED_AGAIN))


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
    await _refresh(desk, ask, writing)
    mark, verb = ("✅", "approved") if yes else ("⛔", "denied")
    scope = f"; {decided.scope} is allowed for the session {decided.session_id} for an hour" if for_session else ""
    return Answer(notes.note(f"{mark} Approval {decided.id} is {verb}{scope}."), brief=True)


async def _refresh(desk: Desk, ask: Ask, writing: Writing) -> None:
    """A listing that was tapped loses what has been answered."""
    if ask.tapped and await writing.records.outbox.posted(ask.chat_id, LISTING) == ask.tapped:
        await amend(desk, ask, writing, Answer(await _listing(desk, ask, writing.records), key=LISTING))


def _unknown(name: str) -> NotFound:
    return NotFound(f"There is no approval {name}; /approvals lists the open ones.")
