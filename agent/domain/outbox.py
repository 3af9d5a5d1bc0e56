"""The order in which messages leave, and what happens to each after an attempt: pure rules over rows.

* Within a chat the most urgent kind goes first, within a kind what is new before what changes a message that is there
  already, and then the oldest. An edit has the kind of what it edits, so it can never overtake it.
* A newer message with the key of one that still waits takes that one's place in the queue.
* When too many wait, the oldest progress is dropped. Nothing else ever is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never

from agent.domain.delivery import Delivered, Delivery, Gone, Paced, Refused, Uncertain, Unchanged, Unreachable


class Kind(StrEnum):
    """What a message is for, from the most urgent to the least; the values are those of the metric's label."""

    ALERT = "alert"
    APPROVAL = "approval"
    REPLY = "reply"
    PROGRESS = "progress"

    @property
    def urgency(self) -> int:
        """0 goes first."""
        return _URGENCY[self]


class MessageState(StrEnum):
    """Where a message is. `sending` is committed before a send, so that a crash in the middle is known to be one."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


_URGENCY: Final = {kind: urgency for urgency, kind in enumerate(Kind)}
UNSENT: Final = frozenset({MessageState.WAITING, MessageState.SENDING})
LONGEST_BACKOFF: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: `data` comes back to us (at most 64 bytes), or `url` opens."""

    label: str
    data: str = ""
    url: str = ""


Buttons = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing to say in a chat.

    Attributes:
        id: the place in the queue; 0 until the store has given it one.
        key: what the message is about. Later messages with the same key edit it; empty for messages of their own.
        text: HTML that Telegram takes, already short enough.
        document: a file to send along, or empty.
        is_picture: whether that file is there to be looked at.
        uncertain: whether an earlier attempt may have arrived; a repetition says so.
        cause: the name of the event behind it, for measuring how long the news took.
        telegram_id: the message to edit, or the one that was sent; 0 when unknown.
    """

    chat_id: int
    kind: Kind
    text: str
    queued_at: datetime
    next_at: datetime
    id: int = 0
    thread_id: int = 0
    key: str = ""
    buttons: Buttons = ()
    document: str = ""
    is_picture: bool = False
    silent: bool = False
    state: MessageState = MessageState.WAITING
    attempts: int = 0
    uncertain: bool = False
    cause: str = ""
    caused_at: datetime | None = None
    telegram_id: int = 0
    detail: str = ""
    traceparent: str = ""

    @property
    def is_edit(self) -> bool:
        """Whether it changes a message that is there."""
        return self.telegram_id != 0 and self.state in UNSENT

    @property
    def urgency(self) -> int:
        """0 goes first. In a storm, what nobody has seen yet comes before better words for what they have."""
        return 2 * self.kind.urgency + (self.telegram_id != 0)

    @property
    def is_unsent(self) -> bool:
        """Whether it still has to leave."""
        return self.state in UNSENT


def head(of_one_chat: Iterable[Message]) -> Message | None:
    """The message that leaves next; the rest of the chat waits for it."""
    return min(filter(lambda each: each.is_unsent, of_one_chat), key=_turn, default=None)


def _turn(message: Message) -> tuple[int, int]:
    return message.urgency, message.id


def merged(waiting: Message | None, newer: Message) -> Message:
    """What is queued when a message arrives while an older one with its key waits: new words, old place.

    A message that is being sent at this moment keeps its words; the newer one follows it.
    """
    if waiting is None or not newer.key or waiting.key != newer.key or waiting.state is not MessageState.WAITING:
        return newer
    return replace(
        waiting,
        text=newer.text,
        buttons=newer.buttons,
        document=newer.document or waiting.document,
        is_picture=newer.is_picture if newer.document else waiting.is_picture,
        silent=newer.silent and waiting.silent,
        cause=newer.cause or waiting.cause,
        caused_at=newer.caused_at or waiting.caused_at,
        traceparent=newer.traceparent or waiting.traceparent,
    )


def overflowing(unsent: Iterable[Message], limit: int) -> tuple[Message, ...]:
    """What to drop so that no more than `limit` wait: progress, oldest first, and never anything else."""
    waiting = list(unsent)
    progress = sorted(
        (each for each in waiting if each.kind is Kind.PROGRESS and each.state is MessageState.WAITING), key=_turn
    )
    return tuple(progress[: max(len(waiting) - limit, 0)])


def after(message: Message, delivery: Delivery, now: datetime) -> Message:
    """The message after an attempt."""
    match delivery:
        case Delivered(telegram_id=telegram_id):
            return replace(message, state=MessageState.SENT, telegram_id=telegram_id)
        case Unchanged():
            return replace(message, state=MessageState.SENT)
        case Paced(seconds=seconds):
            return replace(message, state=MessageState.WAITING, next_at=now + timedelta(seconds=seconds))
        case Unreachable(detail=detail):
            return _again(message, detail, now)
        case Uncertain(detail=detail):
            return replace(_again(message, detail, now), uncertain=message.uncertain or not message.is_edit)
        case Refused(detail=detail):
            return replace(message, state=MessageState.DEAD, detail=detail)
        case Gone():
            return _anew(message, now)
        case _:
            assert_never(delivery)


def after_crash(message: Message) -> Message:
    """A message that was being sent when the agent died: it may have arrived, and is sent again with a mark."""
    if message.state is not MessageState.SENDING:
        return message
    return replace(message, state=MessageState.WAITING, uncertain=message.uncertain or not message.is_edit)


def _again(message: Message, detail: str, now: datetime) -> Message:
    attempts = message.attempts + 1
    pause = min(timedelta(seconds=2 ** min(attempts - 1, 10)), LONGEST_BACKOFF)
    return replace(message, state=MessageState.WAITING, attempts=attempts, next_at=now + pause, detail=detail)


def _anew(message: Message, now: datetime) -> Message:
    if message.kind is Kind.PROGRESS:  # somebody deleted it: they have seen enough
        return replace(message, state=MessageState.DROPPED, detail="the message was deleted")
    return replace(message, state=MessageState.WAITING, telegram_id=0, next_at=now)
