"""How fast a chat may be spoken to: a bucket that holds a burst and fills at a steady rate."""

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and one more every so many seconds."""

    burst: float
    seconds_each: float


PRIVATE_CHAT: Final = Rate(burst=5, seconds_each=1)
GROUP_CHAT: Final = Rate(burst=3, seconds_each=3)
ALL_CHATS: Final = Rate(burst=30, seconds_each=1 / 30)
"""Telegram's limits: a message a second per chat, twenty a minute per group, thirty a second in all."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left at a moment of a monotonic clock."""

    left: float
    at: float


def rate_of(chat_id: int) -> Rate:
    """Groups and channels have negative ids."""
    return GROUP_CHAT if chat_id < 0 else PRIVATE_CHAT


def full(rate: Rate, now: float) -> Bucket:
    """A bucket nobody has taken from."""
    return Bucket(rate.burst, now)


def refilled(bucket: Bucket, rate: Rate, now: float) -> Bucket:
    """The bucket at a later moment."""
    gained = max(now - bucket.at, 0.0) / rate.seconds_each
    return Bucket(min(bucket.left + gained, rate.burst), max(now, bucket.at))


def delay(bucket: Bucket, rate: Rate, now: float) -> float:
    """How long until one may be taken."""
    missing = 1.0 - refilled(bucket, rate, now).left
    return missing * rate.seconds_each if missing > _ROUNDING else 0.0


def taken(bucket: Bucket, rate: Rate, now: float) -> Bucket:
    """The bucket after one was taken."""
    current = refilled(bucket, rate, now)
    return replace(current, left=current.left - 1.0)


_ROUNDING: Final = 1e-9
