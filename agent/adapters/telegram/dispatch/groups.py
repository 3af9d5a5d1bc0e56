"""Groups: of what people write to one another there, only what is meant for the bot is heard.

That is what calls it by its name, what answers one of its messages, and whatever stands in a topic that has a session
of its own. Commands need none of that. Where nothing of it holds nothing happens, and nobody is answered.
"""

from dataclasses import replace
from typing import Final

from agent.adapters.telegram.calling import calls, without_call
from agent.adapters.telegram.dispatch import files, sessions
from agent.adapters.telegram.dispatch.asking import Ask, Conclude
from agent.adapters.telegram.dispatch.desk import Desk
from agent.domain.roles import NEEDED, Deed, may
from agent.errors import Conflict, Forbidden

_LOOK_SECONDS: Final = 1.0


async def overheard(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """Run what is meant for us, or put the file that came along into the session; leave everything else alone."""
    while not desk.bot_name():  # right after the start; nothing that calls us may be lost by that
        await desk.journal.clock.sleep(_LOOK_SECONDS)
    if not await is_meant(desk, ask):
        async with desk.journal.writing() as writing:
            await conclude(writing, None)
        return
    if not may(ask.role, Deed.RUN):
        raise Forbidden(f"This takes the role {NEEDED[Deed.RUN]}; you are {ask.role}.")
    text = without_call(ask.words["prompt"], desk.bot_name())
    if not text and ask.document is None:
        raise Conflict(f"Write what you want done in the same message, as in @{desk.bot_name()} fix the tests.")
    act = sessions.prompt if ask.document is None else files.receive
    await act(desk, replace(ask, words={"prompt": text}), conclude)


async def is_meant(desk: Desk, ask: Ask) -> bool:
    """Whether it is meant for us, as far as can be told now. Raises `StoreError`."""
    name = desk.bot_name()
    if name and (calls(ask.words.get("prompt", ""), name) or ask.answers.lower() == name.lower()):
        return True
    if not ask.thread_id:
        return False
    async with desk.journal.store.reading() as records:
        return bool(await records.sessions.of_chat(ask.chat_id, ask.thread_id))
