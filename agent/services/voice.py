"""Says what has happened to runs and approvals, in the chat they belong to."""

from collections.abc import Sequence
from typing import Final

from agent.domain.approval import Approval
from agent.domain.containment import objection
from agent.domain.events import EventName
from agent.domain.outbox import Kind, Message
from agent.domain.recovery import Action
from agent.domain.run import Run
from agent.domain.session import Session
from agent.ports import Presenter, Words
from agent.services.journal import Writing
from agent.services.messages import Messages

NO_CHAT: Final = 0
"""The chat of runs that came over the HTTP API: nothing is said."""


class Voice:
    """Puts events into words and words into the outbox, in the transaction of the event."""

    def __init__(self, messages: Messages, presenter: Presenter) -> None:
        self._messages = messages
        self._presenter = presenter

    async def queued(self, writing: Writing, run: Run, position: int, notice: str) -> None:
        """A prompt waits for its turn."""
        words = self._presenter.queued(run, position, notice)
        await self._say(writing, run, words, Kind.PROGRESS, _key(run), EventName.RUN_QUEUED)

    async def progress(self, writing: Writing, run: Run, lines: Sequence[str]) -> None:
        """A run is at work: one message, edited."""
        words = self._presenter.progress(run, lines)
        await self._say(writing, run, words, Kind.PROGRESS, _key(run), EventName.RUN_PROGRESSED)

    async def ended(self, writing: Writing, run: Run, actions: Sequence[Action]) -> None:
        """A run has ended: a message of its own, so that the phone rings. What was shown meanwhile loses its buttons."""
        cause = EventName(f"run.{run.state}")
        await self._put_away(writing, run)
        await self._say(writing, run, self._presenter.ended(run, actions), Kind.REPLY, f"end:{run.id}", cause)

    async def approval(self, writing: Writing, run: Run, approval: Approval, *, anew: bool = False) -> None:
        """A question, or what became of it; `anew` asks again at the end of the chat."""
        key = f"approval:{approval.id}"
        if anew:
            await writing.records.outbox.forget(run.chat_id, key)
        why_not = objection(await writing.records.controls.containment(), approval)
        words = self._presenter.approval(approval, why_not)
        await self._say(writing, run, words, Kind.APPROVAL, key, EventName.APPROVAL_REQUESTED)

    async def _put_away(self, writing: Writing, run: Run) -> None:
        outbox = writing.records.outbox
        await self._messages.unsay(writing, run.chat_id, _key(run))
        leaving = await outbox.waiting_for(run.chat_id, _key(run))
        if leaving is not None or await outbox.posted(run.chat_id, _key(run)):
            words = self._presenter.put_away(run)
            await self._say(writing, run, words, Kind.PROGRESS, _key(run), EventName.RUN_PROGRESSED)

    async def _say(  # noqa: PLR0913, PLR0917 - the parts of a message
        self, writing: Writing, run: Run, words: Words, kind: Kind, key: str, cause: EventName
    ) -> None:
        if run.chat_id == NO_CHAT:
            return
        session: Session | None = await writing.records.sessions.get(run.session_id)
        message = Message(
            chat_id=run.chat_id,
            thread_id=session.thread_id if session else 0,
            kind=kind,
            key=key,
            text=words.text,
            buttons=words.buttons,
            queued_at=writing.now,
            next_at=writing.now,
            cause=cause,
            caused_at=writing.now,
            silent=kind is Kind.PROGRESS,
            traceparent=run.traceparent,
        )
        await self._messages.say(writing, message)


def _key(run: Run) -> str:
    return f"run:{run.id}"
