"""Tells the chats whose runs are queued that the breaker of the CLIs holds them up, and that it does no more.

Whoever asks while the breaker is open reads it with the answer; this is for those who had asked before. Each place is
told once, however often the breaker tries and fails, and the same message says in the end that it is over.
"""

import json
from collections import Counter
from dataclasses import replace
from typing import Final

from agent.domain.breaker import BreakerName, Closed, HalfOpen, Open
from agent.domain.outbox import Kind, Message
from agent.domain.run import RunState
from agent.ports import Presenter, Words
from agent.services.breakers import Breakers
from agent.services.journal import Journal, Writing
from agent.services.messages import Messages
from agent.services.voice import NO_CHAT

Place = tuple[int, int]
"""A chat and the topic inside of it."""

_TOLD: Final = "runs.held_up"


class HeldUp:
    """What was said is kept, so that a restart neither repeats nor forgets it."""

    def __init__(self, journal: Journal, messages: Messages, presenter: Presenter, breakers: Breakers) -> None:
        self._journal = journal
        self._messages = messages
        self._presenter = presenter
        self._breakers = breakers
        self._is_said: bool | None = None  # not known yet in this life

    async def speak(self) -> None:
        """Say what has changed since the last time, if anything."""
        state = self._breakers.state(BreakerName.CLAUDE_CODE)
        if isinstance(state, HalfOpen) or self._is_said is isinstance(state, Open):
            return
        async with self._journal.writing() as writing:
            told = await _told(writing)
            match state:
                case Open() if not told:
                    await self._hold_up(writing, await _waiting(writing, state))
                case Closed() if told:
                    await self._go_on(writing, told, await _waiting(writing))
        self._is_said = isinstance(state, Open)

    async def _hold_up(self, writing: Writing, waiting: Counter[Place]) -> None:
        for place, runs in waiting.items():
            message = _message(writing, place, self._presenter.held_up(runs))
            await self._messages.unsay(writing, message.chat_id, message.key)  # an edit that waits would swallow it
            await self._messages.say_anew(writing, message)
        await writing.records.controls.keep(_TOLD, json.dumps(list(waiting)))

    async def _go_on(self, writing: Writing, told: list[Place], waiting: Counter[Place]) -> None:
        for place in told:
            message = _message(writing, place, self._presenter.held_up_no_more(waiting[place]))
            if waiting[place]:
                await self._messages.say(writing, message)
                continue
            await self._messages.unsay(writing, message.chat_id, message.key)
            if await writing.records.outbox.posted(message.chat_id, message.key):  # whoever deleted it has seen enough
                await self._messages.say(writing, replace(message, kind=Kind.PROGRESS, silent=True))
        await writing.records.controls.keep(_TOLD, "[]")


async def _told(writing: Writing) -> list[Place]:
    return [(chat, thread) for chat, thread in json.loads(await writing.records.controls.value(_TOLD) or "[]")]


async def _waiting(writing: Writing, held: Open | None = None) -> Counter[Place]:
    """Queued runs by place; of an open breaker only those that were queued before it opened."""
    found: Counter[Place] = Counter()
    for run in await writing.records.runs.in_state(RunState.PENDING):
        if run.chat_id != NO_CHAT and (held is None or run.created_at <= held.since):
            session = await writing.records.sessions.get(run.session_id)
            found[run.chat_id, session.thread_id if session else 0] += 1
    return found


def _message(writing: Writing, place: Place, words: Words) -> Message:
    chat_id, thread_id = place
    return Message(
        chat_id=chat_id,
        thread_id=thread_id,
        kind=Kind.REPLY,
        key=f"held_up:{thread_id}",
        text=words.text,
        buttons=words.buttons,
        queued_at=writing.now,
        next_at=writing.now,
    )
