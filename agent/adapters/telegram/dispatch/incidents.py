"""Incidents: the way to whoever keeps `OnCallDesk`, or one honest sentence when nobody does."""

from typing import Final

from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.dispatch.desk import Desk, OnCallDesk
from agent.errors import Conflict
from agent.services.journal import Writing

NOT_CONNECTED: Final = "Incidents are not connected: set ALERTMANAGER_URL and let Alertmanager's webhook point here."


async def alerts(desk: Desk, ask: Ask) -> Answer:
    """What fires."""
    return await _on_call(desk).alerts(ask)


async def acknowledge(desk: Desk, ask: Ask, writing: Writing) -> Answer | None:
    """Take one in hand."""
    return await _on_call(desk).acknowledge(ask, writing, ask.words["incident"])


async def take_over(desk: Desk, ask: Ask, writing: Writing) -> Answer | None:
    """Take one from somebody else's hands."""
    return await _on_call(desk).take_over(ask, writing, ask.words["incident"])


async def silence(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """Have some quiet."""
    await _on_call(desk).silence(ask, ask.words["incident"], ask.numbers["for"], conclude)


async def unsilence(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """End the quiet."""
    await _on_call(desk).unsilence(ask, ask.words["incident"], conclude)


async def runbook(desk: Desk, ask: Ask) -> Answer:
    """What to do."""
    return await _on_call(desk).runbook(ask, ask.words.get("alert", ""), ask.words.get("procedure", ""))


async def on_call(desk: Desk, ask: Ask) -> Answer:
    """Who is on call."""
    return await _on_call(desk).on_call(ask)


async def act(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """Show a step that can be run, or what it still needs."""
    words = ask.words
    await _on_call(desk).act(ask, words["incident"], words["step"], words.get("values", ""), conclude)


async def timeline(desk: Desk, ask: Ask) -> Answer:
    """What happened."""
    return await _on_call(desk).timeline(ask, ask.words["incident"])


async def chart(desk: Desk, ask: Ask) -> Answer:
    """What is measured."""
    return await _on_call(desk).chart(ask, ask.words["what"])


async def press(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """What only buttons say."""
    if ask.press is None:
        raise Conflict("That button says nothing to me.")
    await _on_call(desk).press(ask, ask.press, conclude)


def _on_call(desk: Desk) -> OnCallDesk:
    if desk.on_call is None:
        raise Conflict(NOT_CONNECTED)
    return desk.on_call
