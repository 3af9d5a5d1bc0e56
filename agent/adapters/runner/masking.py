"""Takes secrets out of what a CLI has said, before anybody keeps it or shows it."""

from collections.abc import Callable
from dataclasses import replace

from agent.domain.activity import (
    Activity,
    Deferred,
    Failure,
    Opened,
    Said,
    Spent,
    Stopped,
    Success,
    ToolBegan,
    ToolEnded,
    Verdict,
)

Redact = Callable[[str], str]


def masked(activity: Activity, redact: Redact) -> Activity:
    """What was reported, without secrets."""
    match activity:
        case Said(text=text):
            return Said(redact(text))
        case ToolBegan(detail=detail) | ToolEnded(detail=detail):
            return replace(activity, detail=redact(detail))
        case Opened() | Spent():
            return activity


def masked_verdict(verdict: Verdict, redact: Redact) -> Verdict:
    """How it ended, without secrets. What a person is asked about shows where one was."""
    match verdict:
        case Success(summary=summary):
            return Success(redact(summary))
        case Failure(detail=detail) | Deferred(detail=detail):
            return replace(verdict, detail=redact(detail))
        case Stopped():
            return verdict
