"""Edited messages: a prompt that nothing has come of yet takes the new words; everything else is answered honestly.

An edit never starts a run. What stands in the chat is what is run, or its author is told that it is not.
"""

from agent.adapters.telegram.calling import without_call
from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.groups import is_meant
from agent.adapters.telegram.dispatch.origins import run_of
from agent.adapters.telegram.dispatch.saying import amend
from agent.adapters.telegram.render import edits as words
from agent.domain.roles import Deed, may
from agent.domain.run import Run, is_untouched
from agent.ports import Words
from agent.services.journal import Writing


async def edited(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """Say what became of it: one message for each edited one, however often it is edited."""
    async with desk.journal.store.reading() as records:
        is_known = await run_of(records, ask) is not None
    is_ours = is_known or not ask.overheard or await is_meant(desk, ask)
    async with desk.journal.writing() as writing:
        found = await _outcome(desk, ask, writing) if is_ours else None
        if found is not None:
            await amend(desk, ask, writing, Answer(found, key=f"edited:{ask.message_id}"))
        await conclude(writing, None)


async def _outcome(desk: Desk, ask: Ask, writing: Writing) -> Words | None:
    run, text = await run_of(writing.records, ask), ask.words.get("prompt", "")
    if ask.overheard:
        text = without_call(text, desk.bot_name())
    if run is None:
        return words.not_read()
    if run.prompt == text:
        return None  # nothing has changed that anybody reads here
    if text and _may_reword(ask, run):
        return words.reworded(await desk.runs.reword(writing, run.id, text, ask.user_id))
    return words.not_read(run)


def _may_reword(ask: Ask, run: Run) -> bool:
    """A file's prompt has the file in it as well, which may have changed too."""
    is_own = run.requested_by == ask.user_id and may(ask.role, Deed.RUN)
    return is_own and ask.document is None and is_untouched(run)
