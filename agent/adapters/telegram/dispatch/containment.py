"""The levers: halted approvals, denied tools, autonomy and the fallback profile."""

from dataclasses import replace

from agent.adapters.telegram.dispatch.asking import Answer, Ask
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.render import levers, standing
from agent.adapters.telegram.render.html import line
from agent.domain.containment import Autonomy, Containment
from agent.domain.tool_call import spelled
from agent.ports import Words
from agent.services.journal import Writing


async def halt(desk: Desk, ask: Ask, writing: Writing) -> Answer:
    """No high-risk approvals."""
    return await _pulled(desk, writing, await desk.containing.halt(writing, by=ask.user_id))


async def resume(desk: Desk, ask: Ask, writing: Writing) -> Answer:
    """High-risk approvals again."""
    return await _pulled(desk, writing, await desk.containing.resume(writing, by=ask.user_id))


async def deny(desk: Desk, ask: Ask, writing: Writing) -> Answer:
    """No approvals for a tool."""
    tool = spelled(ask.words["what"])
    shown = await _pulled(desk, writing, await desk.containing.deny(writing, tool, by=ask.user_id))
    return replace(shown, words=Words(f"⛔ {line(tool, 200)} is denied from now on.\n{shown.words.text}"))


async def allow(desk: Desk, ask: Ask, writing: Writing) -> Answer:
    """Approvals for a tool again."""
    return await _pulled(desk, writing, await desk.containing.allow(writing, ask.words["tool"], by=ask.user_id))


async def mode(desk: Desk, ask: Ask, writing: Writing) -> Answer:
    """How much agents may do by themselves; without a level, how much that is."""
    if "level" not in ask.words:
        return Answer(levers.modes(await writing.records.controls.containment()))
    level = Autonomy(ask.words["level"])
    return await _pulled(desk, writing, await desk.containing.set_autonomy(writing, level, by=ask.user_id))


async def fallback(desk: Desk, ask: Ask, writing: Writing) -> Answer:
    """The default profile for every run, or no longer."""
    on = ask.words.get("switch", "on") == "on"
    return await _pulled(desk, writing, await desk.containing.fall_back(writing, on=on, by=ask.user_id))


async def _pulled(desk: Desk, writing: Writing, now: Containment) -> Answer:
    await desk.approvals.show_again(writing)
    return Answer(standing.contained(now))
