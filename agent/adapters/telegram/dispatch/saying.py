"""Puts answers into the outbox, or past it when it cannot be written."""

from dataclasses import replace
from datetime import datetime

from agent.adapters.telegram.dispatch.asking import Answer, Ask
from agent.adapters.telegram.dispatch.desk import Desk
from agent.domain.delivery import Delivered, Unchanged
from agent.domain.outbox import Kind, Message
from agent.services.journal import Writing


async def say(desk: Desk, ask: Ask, writing: Writing, answer: Answer) -> None:
    """Reply in the chat and topic where it was asked; a tap in the message that carries the answer's key changes it."""
    message = _message(ask, answer, writing.now)
    posted = await writing.records.outbox.posted(ask.chat_id, answer.key) if answer.key else 0
    if answer.in_place and ask.tapped:
        await desk.messages.say(writing, replace(message, key="", telegram_id=ask.tapped))
        return
    if answer.put_away and posted:
        old = replace(message, key="", telegram_id=posted, text=answer.put_away.text, buttons=answer.put_away.buttons)
        await desk.messages.say(writing, old)
    if not answer.key or (posted and posted == ask.tapped):
        await desk.messages.say(writing, message)
    else:
        await desk.messages.unsay(writing, ask.chat_id, answer.key)  # an edit that still waits would swallow it
        await desk.messages.say_anew(writing, message)


async def amend(desk: Desk, ask: Ask, writing: Writing, answer: Answer) -> None:
    """Reply in the place of what was said under the answer's key before, without making a phone ring again."""
    await desk.messages.say(writing, _message(ask, answer, writing.now))


async def say_directly(desk: Desk, ask: Ask, answer: Answer) -> bool:
    """Send it now, once, past the outbox; whether it has arrived."""
    delivery = await desk.chat.deliver(_message(ask, answer, desk.journal.clock.now()))
    return isinstance(delivery, Delivered | Unchanged)


def _message(ask: Ask, answer: Answer, now: datetime) -> Message:
    return Message(
        chat_id=ask.chat_id,
        thread_id=ask.thread_id,
        kind=Kind.REPLY,
        key=answer.key,
        text=answer.words.text,
        buttons=answer.words.buttons,
        document=answer.document,
        is_picture=answer.is_picture,
        queued_at=now,
        next_at=now,
        traceparent=ask.trace.traceparent,
    )
