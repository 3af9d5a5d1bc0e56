"""One update dealt with: begun, done with its effects and its reply, or put off, or put aside."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, assert_never

from agent.adapters.telegram.dispatch.asking import Answer
from agent.adapters.telegram.dispatch.bell import Beside
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.groups import is_meant
from agent.adapters.telegram.dispatch.hearing import Entry
from agent.adapters.telegram.dispatch.plans import Change, Errand, Look, Turned
from agent.adapters.telegram.dispatch.saying import say, say_directly
from agent.adapters.telegram.render import notes, standing
from agent.domain.events import AgentErred
from agent.errors import AgentError, StoreError
from agent.logs import bind
from agent.services.journal import Writing

_log = logging.getLogger(__name__)

MOST_BROKEN: Final = 3
"""How often an update may meet a bug within one life."""

MOST_BEGUN: Final = 10
"""How often it may be begun in all lives. An agent that is killed again and again takes innocent updates along."""

PUT_ASIDE: Final = (
    "I began that several times and never came to an end, so I have put it aside. Nothing of it was done; "
    "an admin finds the reason in the log."
)
PATIENCE_SECONDS: Final = 1.0
"""How long nothing is to be seen of an attempt: then a tap is answered without a word, and we are typing."""

Answering = Callable[[Writing], Awaitable[Answer | None]]


class _Concluded:
    """Whether an attempt has come to its end, and what a tap is to be told after the commit."""

    def __init__(self) -> None:
        self.done = False
        self.toast: Answer | None = None


@dataclass(frozen=True, slots=True)
class Attempts:
    """Deals with entries. Only the store can keep it from coming to an end."""

    desk: Desk
    beside: Beside

    async def attend(self, entry: Entry) -> StoreError | None:
        """None when the entry is settled; otherwise why the store refuses, and the entry has to wait."""
        ask, trace = entry.ask, entry.ask.trace
        who = {"update_id": entry.item.key, "user_id": str(ask.user_id), "chat_id": str(ask.chat_id)}
        patience = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._show_patience, entry)
        with bind(trace_id=trace.trace_id, span_id=trace.span_id, **who):
            try:
                await self._settle(entry)
            except StoreError as error:
                await self.excuse(entry, error)
                return error
            except Exception:  # noqa: BLE001 - even a bug right here must not silence the chat
                _log.exception("update.stuck")
                return StoreError()
            finally:
                patience.cancel()
        return None

    async def excuse(self, entry: Entry, error: StoreError) -> None:
        """Answer past the outbox, which cannot be written: who only looks is answered, others hear that they wait."""
        if entry.excused:
            return
        entry.excused = True
        if entry.ask.overheard and not await self._is_meant(entry):
            return
        seen = await self._seen(entry)
        if seen is not None:
            entry.bell.ring()
            entry.answered = await say_directly(self.desk, entry.ask, seen)
        elif entry.bell.is_due:
            entry.bell.ring(notes.put_off(str(error)), loud=True)
        else:
            await say_directly(self.desk, entry.ask, Answer(notes.put_off(str(error))))

    def _show_patience(self, entry: Entry) -> None:
        entry.bell.ring()
        self.beside.start(self.desk.asides.typing(entry.ask.chat_id, entry.ask.thread_id))

    async def _settle(self, entry: Entry) -> None:
        broken = 0
        while entry.attempts < MOST_BEGUN and broken < MOST_BROKEN:
            async with self.desk.journal.writing() as writing:
                await writing.records.inbox.tried(entry.item.id)
            entry.attempts += 1
            try:
                await self._deal(entry)
            except StoreError:
                entry.attempts -= 1  # the disk is no fault of the update's
                raise
            except Exception:  # noqa: BLE001 - one update that meets a bug must not silence the chat
                broken += 1
                _log.exception("update.broken", extra={"attempt": entry.attempts})
                self.desk.journal.tell(AgentErred("telegram.dispatch"))
            else:
                return
        await self._put_aside(entry)

    async def _deal(self, entry: Entry) -> None:
        concluded = _Concluded()
        try:
            await self._follow(entry, concluded)
        except StoreError:
            raise
        except AgentError as refusal:
            concluded = _Concluded()
            await self._conclude_with(entry, concluded, _refusing(str(refusal)))
        if not concluded.done:
            raise RuntimeError(f"update {entry.item.key} was dealt with and not concluded")
        toast = concluded.toast
        entry.bell.ring(toast.words if toast else None, loud=bool(toast and toast.loud))

    async def _follow(self, entry: Entry, concluded: _Concluded) -> None:
        desk, ask = self.desk, entry.ask
        match entry.plan:
            case Look() | Turned() if entry.answered:
                await self._conclude_with(entry, concluded, _saying(None))
            case Turned(sentence=sentence):
                await self._conclude_with(entry, concluded, _refusing(sentence))
            case Look(see=see):
                await self._conclude_with(entry, concluded, _saying(await see(desk, ask)))
            case Change(make=make):
                await self._conclude_with(entry, concluded, lambda writing: make(desk, ask, writing))
            case Errand(run=run):
                await run(desk, ask, lambda writing, answer: self._conclude(entry, concluded, writing, answer))
            case _:
                assert_never(entry.plan)

    async def _conclude_with(self, entry: Entry, concluded: _Concluded, answering: Answering) -> None:
        async with self.desk.journal.writing() as writing:
            await self._conclude(entry, concluded, writing, await answering(writing))

    async def _conclude(self, entry: Entry, concluded: _Concluded, writing: Writing, answer: Answer | None) -> None:
        concluded.done, concluded.toast = True, None
        if answer is not None and answer.brief and entry.bell.is_due:
            concluded.toast = answer
        elif answer is not None:
            await say(self.desk, entry.ask, writing, answer)
        await writing.records.inbox.done(entry.item.id)

    async def _put_aside(self, entry: Entry) -> None:
        async with self.desk.journal.writing() as writing:
            await writing.records.inbox.failed(entry.item.id, f"begun {entry.attempts} times and never finished")
            await say(self.desk, entry.ask, writing, Answer(standing.refusal(PUT_ASIDE)))
        _log.error("update.put_aside", extra={"attempts": entry.attempts})
        entry.bell.ring()

    async def _is_meant(self, entry: Entry) -> bool:
        try:
            return await is_meant(self.desk, entry.ask)
        except StoreError:
            return False

    async def _seen(self, entry: Entry) -> Answer | None:
        """What can be answered without writing, or None."""
        if isinstance(entry.plan, Turned):
            return Answer(standing.refusal(entry.plan.sentence))
        if not isinstance(entry.plan, Look):
            return None
        try:
            return await entry.plan.see(self.desk, entry.ask)
        except StoreError:
            return None
        except AgentError as refusal:
            return Answer(standing.refusal(str(refusal)))


def _saying(answer: Answer | None) -> Answering:
    async def said(_writing: Writing) -> Answer | None:
        return answer

    return said


def _refusing(sentence: str) -> Answering:
    return _saying(Answer(standing.refusal(sentence), brief=True, loud=True))
