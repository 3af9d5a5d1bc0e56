"""The outbox at work: what is said is kept, merged, paced, sent in order, and sent again until Telegram has it."""

import asyncio
import logging
from dataclasses import replace
from typing import Final, Protocol

from agent.domain.breaker import BreakerName
from agent.domain.conditions import Sign, of_telegram
from agent.domain.delivery import Delivery, Paced, Uncertain
from agent.domain.events import MessageDead, MessageDelivered
from agent.domain.outbox import Message, MessageState, after, after_crash, merged, overflowing
from agent.domain.pacing import ALL_CHATS, Bucket, delay, full, rate_of, taken
from agent.errors import StoreError
from agent.ports import Chat
from agent.services.breakers import Breakers
from agent.services.journal import Journal, Writing

_log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 60.0
_GUARDED_SECONDS: Final = 1.0
_STORE_SECONDS: Final = 1.0
_DRAIN_SECONDS: Final = 0.05


class Follower(Protocol):
    """Somebody who wants to know what became of messages."""

    async def settled(self, writing: Writing, message: Message, *, was_edit: bool) -> None:
        """Telegram has taken it or has refused it for good; asked in the transaction that keeps that."""
        ...


class Messages:
    """Everything that is said leaves through here, at most one message per chat at a time."""

    def __init__(self, journal: Journal, chat: Chat, breakers: Breakers, *, limit: int) -> None:
        self._journal = journal
        self._chat = chat
        self._breakers = breakers
        self._limit = limit
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._paced_until: dict[int, float] = {}
        self._buckets: dict[int, Bucket] = {}
        self._all = full(ALL_CHATS, journal.clock.monotonic())
        self._followers: tuple[Follower, ...] = ()
        self.wake = asyncio.Event()

    def followed_by(self, follower: Follower) -> None:
        """One more who is told."""
        self._followers = (*self._followers, follower)

    async def say(self, writing: Writing, message: Message) -> Message:
        """Queue a message, in the place of one with its key that still waits; without a key it edits what it names."""
        outbox = writing.records.outbox
        waiting = await outbox.waiting_for(message.chat_id, message.key) if message.key else None
        queued = merged(waiting, message)
        if queued.id:
            await outbox.save(queued)
        else:
            posted = await outbox.posted(message.chat_id, message.key) if message.key else message.telegram_id
            queued = await outbox.add(replace(queued, telegram_id=posted))
            await self._drop_overflow(writing)
        writing.wake(self.wake)
        return queued

    async def say_anew(self, writing: Writing, message: Message) -> Message:
        """Queue a message that makes the phone ring, even if an earlier one with its key could be edited."""
        await writing.records.outbox.forget(message.chat_id, message.key)
        return await self.say(writing, message)

    async def unsay(self, writing: Writing, chat_id: int, key: str) -> None:
        """Drop what still waits under a key, because something newer says it better."""
        waiting = await writing.records.outbox.waiting_for(chat_id, key)
        if waiting is not None and waiting.state is MessageState.WAITING:
            dropped = replace(waiting, state=MessageState.DROPPED, detail="overtaken")
            await writing.records.outbox.save(dropped)

    async def recover(self) -> None:
        """Take up what an earlier life was sending when it died."""
        async with self._journal.writing() as writing:
            for message in await writing.records.outbox.unsent():
                if message.state is MessageState.SENDING:
                    await writing.records.outbox.save(after_crash(message))

    async def dispatch(self) -> float:
        """Start to send whatever may leave now; answers how many seconds until there may be more to do."""
        self.wake.clear()
        async with self._journal.store.reading() as records:
            heads = await records.outbox.heads()
        soonest = IDLE_SECONDS
        for message in sorted(heads, key=lambda each: (each.urgency, each.id)):
            if message.chat_id in self._under_way:
                continue
            pause = self._pause_before(message)
            if pause <= 0 and not await self._breakers.admit(BreakerName.TELEGRAM_API):
                pause = _GUARDED_SECONDS
            if pause <= 0:
                self._under_way[message.chat_id] = asyncio.create_task(self._send(message))
            else:
                soonest = min(soonest, pause)
        return soonest

    async def settle(self) -> None:
        """Wait for what is under way."""
        while self._under_way:
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def drained(self) -> None:
        """Wait until nothing is left to send, which may be for ever while Telegram is away."""
        while True:
            async with self._journal.store.reading() as records:
                if not any((await records.outbox.unsent_by_kind()).values()):
                    return
            await self._journal.clock.sleep(_DRAIN_SECONDS)

    def _pause_before(self, message: Message) -> float:
        now, wall = self._journal.clock.monotonic(), self._journal.clock.now()
        bucket = self._buckets.get(message.chat_id) or full(rate_of(message.chat_id), now)
        return max(
            (message.next_at - wall).total_seconds(),
            self._paced_until.get(message.chat_id, now) - now,
            delay(bucket, rate_of(message.chat_id), now),
            delay(self._all, ALL_CHATS, now),
            0.0,
        )

    async def _send(self, message: Message) -> None:
        try:
            self._take_from_buckets(message.chat_id)
            sending = await self._mark(message.id)
            if sending is None:
                await self._breakers.report(BreakerName.TELEGRAM_API, Sign.NONE)
                return
            delivery = await self._deliver(sending)
            self._obey(message.chat_id, delivery)
            await self._breakers.report(BreakerName.TELEGRAM_API, of_telegram(delivery))
            while not await self._keep(sending, delivery):  # it must never be sent again because the disk is full
                await self._journal.clock.sleep(_STORE_SECONDS)
        finally:
            self._under_way.pop(message.chat_id, None)
            self.wake.set()

    async def _deliver(self, sending: Message) -> Delivery:
        try:
            return await self._chat.deliver(sending)
        except Exception:  # noqa: BLE001 - a bug in the adapter must not silence the chat
            _log.exception("message.broken", extra={"message_id": sending.id})
            return Uncertain("the chat adapter broke")

    async def _mark(self, message_id: int) -> Message | None:
        try:
            async with self._journal.writing() as writing:
                message = await writing.records.outbox.get(message_id)
                if message is None or message.state is not MessageState.WAITING:
                    return None
                if message.key and not message.telegram_id:
                    posted = await writing.records.outbox.posted(message.chat_id, message.key)
                    message = replace(message, telegram_id=posted)
                sending = replace(message, state=MessageState.SENDING)
                await writing.records.outbox.save(sending)
        except StoreError:
            _log.warning("message.unmarked", extra={"message_id": message_id})
            await self._journal.clock.sleep(_STORE_SECONDS)
            return None
        return sending

    async def _keep(self, message: Message, delivery: Delivery, *, is_followed: bool = True) -> bool:
        try:
            async with self._journal.writing() as writing:
                kept = after(message, delivery, writing.now)
                await writing.records.outbox.save(kept)
                if kept.state is MessageState.SENT:
                    delay_since = writing.now - (kept.caused_at or kept.queued_at)
                    await writing.tell(MessageDelivered(kept.kind, kept.cause, delay_since, kept.traceparent))
                elif kept.state is MessageState.DEAD:
                    await writing.tell(MessageDead(kept.kind, kept.traceparent, kept.detail))
                if is_followed:
                    await self._follow(writing, kept, was_edit=message.is_edit)
        except StoreError:
            return False
        except Exception:  # a bug in one who follows must neither block the chat nor send it twice
            if not is_followed:
                raise
            _log.exception("message.unfollowed", extra={"message_id": message.id})
            return await self._keep(message, delivery, is_followed=False)
        return True

    async def _follow(self, writing: Writing, kept: Message, *, was_edit: bool) -> None:
        if kept.state in {MessageState.SENT, MessageState.DEAD}:
            for follower in self._followers:
                await follower.settled(writing, kept, was_edit=was_edit)

    def _obey(self, chat_id: int, delivery: Delivery) -> None:
        if isinstance(delivery, Paced):
            self._paced_until[chat_id] = self._journal.clock.monotonic() + delivery.seconds

    def _take_from_buckets(self, chat_id: int) -> None:
        now, rate = self._journal.clock.monotonic(), rate_of(chat_id)
        self._buckets[chat_id] = taken(self._buckets.get(chat_id) or full(rate, now), rate, now)
        self._all = taken(self._all, ALL_CHATS, now)

    async def _drop_overflow(self, writing: Writing) -> None:
        outbox = writing.records.outbox
        if sum((await outbox.unsent_by_kind()).values()) <= self._limit:
            return
        for message in overflowing(await outbox.unsent(), self._limit):
            await outbox.save(replace(message, state=MessageState.DROPPED, detail="too many waited"))
