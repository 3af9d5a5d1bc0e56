"""What an error of python-telegram-bot means for a message, in the words of `domain.delivery`."""

from datetime import timedelta
from typing import Final

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from agent.domain.delivery import Delivery, Gone, Paced, Refused, Uncertain, Unchanged, Unreachable
from agent.logs.redaction import Redaction

_UNCHANGED: Final = ("message is not modified",)
_GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
)
_BEFORE_SENDING: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_TOO_LARGE: Final = "request entity too large"
_LONGEST: Final = 200


def seconds_of(error: RetryAfter) -> float:
    """The pause that Telegram asks for."""
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def words_of(error: BaseException, redact: Redaction) -> str:
    """One short line about an error, without a token in it."""
    text = " ".join(str(error).split()) or type(error).__name__
    return redact(text)[:_LONGEST]


def outcome(error: TelegramError, redact: Redaction) -> Delivery:
    """What the error makes of the message that was to be sent."""
    words = words_of(error, redact)
    match error:
        case RetryAfter():
            return Paced(seconds_of(error))
        case BadRequest():  # must come before NetworkError, which it is a kind of
            return _refusal(words)
        case Forbidden() | ChatMigrated():
            return Refused(words)
        case InvalidToken() | Conflict():  # nothing is wrong with the message: it waits for an admin
            return Unreachable(words)
        case TimedOut() | NetworkError():
            return _broken(error, words)
        case _:
            return Uncertain(words)


def _refusal(words: str) -> Delivery:
    said = words.lower()
    if any(phrase in said for phrase in _UNCHANGED):
        return Unchanged()
    if any(phrase in said for phrase in _GONE):
        return Gone()
    return Refused(words)


def _broken(error: NetworkError, words: str) -> Delivery:
    match error.__cause__:
        case None | TelegramError():  # an answer, but one in the 500s or from something in between
            return Refused(words) if _TOO_LARGE in words.lower() else Unreachable(words)
        case cause if isinstance(cause, _BEFORE_SENDING):
            return Unreachable(words)
        case ValueError() | TypeError():  # it cannot even be written down as a request
            return Refused(words)
        case _:
            return Uncertain(words)
