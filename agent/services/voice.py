"""Says what has happened to runs and approvals, in the chat they belong to."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from agent.domain.approval import Approval
from agent.domain.containment import objection
from agent.domain.events import EventName
from agent.domain.outbox import Kind, Message
from agent.domain.recovery import Action
from agent.domain.run import Run
from agent.domain.turn import Turn
from agent.ports import Presenter, Words
from agent.services.journal import Writing
from agent.services.messages import Messages

NO_CHAT: Final = 0
"""The chat of runs that came over the HTTP API: nothing is said."""

ASKED_AGAIN: Final = "Asked again below."
"""What stays of a question that was asked once more."""


class Voice:
    """Puts events into words and words into the outbox, in the transaction of the event."""

    def __init__(
        self,
        messages: Messages,
        presenter: Presenter,
        *,
        approvers_chat: int | None = None,
        approvers: Collection[int] = (),
    ) -> None:
        """Who sees a question beside the chat that it comes from, and may answer it there.

        That is `approvers_chat`. Where there is none, each of the `approvers` is asked in their private chat, unless
        the run is that of one of them.
        """
        self._messages = messages
        self._presenter = presenter
        self._approvers_chat = approvers_chat
        self._approvers = frozenset(approvers)

    async def queued(self, writing: Writing, run: Run, turn: Turn, notice: str) -> None:
        """A prompt waits for its turn."""
        words = self._presenter.queued(run, turn, notice)
        await self._say(writing, run, words, Kind.PROGRESS, _key(run), EventName.RUN_QUEUED)

    async def progress(self, writing: Writing, run: Run, lines: Sequence[str], silent: timedelta) -> None:
        """A run is at work: one message, edited. It may have been silent for a while."""
        took = max(writing.now - (run.started_at or writing.now), timedelta(0))
        words = self._presenter.progress(run, lines, took, silent)
        await self._say(writing, run, words, Kind.PROGRESS, _key(run), EventName.RUN_PROGRESSED)

    async def ended(self, writing: Writing, run: Run, actions: Sequence[Action]) -> None:
        """A run has ended: a message of its own, so that the phone rings; its progress loses its buttons."""
        cause = EventName(f"run.{run.state}")
        await self._put_away(writing, run)
        await self._say(writing, run, self._presenter.ended(run, actions), Kind.REPLY, f"end:{run.id}", cause)

    async def approval(self, writing: Writing, run: Run, approval: Approval, *, anew: bool = False) -> None:
        """A question, or what became of it; `anew` asks again at the end of the chat."""
        key = f"approval:{approval.id}"
        if approval.is_pending:  # what still waits to be said of its progress would come after the question
            await self._put_away(writing, run)
        why_not = objection(await writing.records.controls.containment(), approval)
        words = self._presenter.approval(approval, why_not, run)
        for chat_id in await self._asked(writing, run, approval):
            if anew:
                await self._send_below(writing, run, chat_id, key)
            thread_id = await self._thread(writing, run) if chat_id == run.chat_id else 0
            place = replace(_message(writing, run, words, Kind.APPROVAL), chat_id=chat_id, thread_id=thread_id)
            cause = EventName.APPROVAL_REQUESTED
            await self._messages.say(writing, replace(place, key=key, cause=cause))

    async def _asked(self, writing: Writing, run: Run, approval: Approval) -> Sequence[int]:
        """The chats of a question. What became of it is news only to approvers who were asked."""
        private = self._approvers - {run.chat_id} if self._is_for_others(run) else frozenset[int]()
        if not approval.is_pending:
            private = frozenset([each for each in private if await _was_told(writing, each, f"approval:{approval.id}")])
        return sorted(({run.chat_id, self._approvers_chat or NO_CHAT} | private) - {NO_CHAT})

    def _is_for_others(self, run: Run) -> bool:
        return self._approvers_chat is None and run.requested_by not in self._approvers

    async def _send_below(self, writing: Writing, run: Run, chat_id: int, key: str) -> None:
        """Take the buttons from a question that is asked once more: only the newest may be answered by a tap."""
        posted = await writing.records.outbox.posted(chat_id, key)
        if posted:
            old = _message(writing, run, Words(ASKED_AGAIN), Kind.APPROVAL)
            await self._messages.say(writing, replace(old, chat_id=chat_id, telegram_id=posted))
        await writing.records.outbox.forget(chat_id, key)

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
        message = replace(_message(writing, run, words, kind), key=key, cause=cause)
        await self._messages.say(writing, replace(message, thread_id=await self._thread(writing, run)))

    async def _thread(self, writing: Writing, run: Run) -> int:
        session = await writing.records.sessions.get(run.session_id)
        return session.thread_id if session else 0


async def _was_told(writing: Writing, chat_id: int, key: str) -> bool:
    outbox = writing.records.outbox
    return bool(await outbox.posted(chat_id, key)) or await outbox.waiting_for(chat_id, key) is not None


def _message(writing: Writing, run: Run, words: Words, kind: Kind) -> Message:
    return Message(
        chat_id=run.chat_id,
        kind=kind,
        text=words.text,
        buttons=words.buttons,
        queued_at=writing.now,
        next_at=writing.now,
        caused_at=writing.now,
        silent=kind is Kind.PROGRESS,
        traceparent=run.traceparent,
    )


def _key(run: Run) -> str:
    return f"run:{run.id}"
