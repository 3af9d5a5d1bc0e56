"""What a button says to us when it is tapped: written into 64 bytes, and read back from whatever a client sends."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agent.adapters.telegram.forms import sound
from agent.domain.outbox import Button
from agent.domain.roles import Deed

LARGEST_DATA: Final = 64
_SEPARATOR: Final = ":"


class Do(StrEnum):
    """What is wanted; one letter each, for there is little room. Letters in use must never change their meaning."""

    CANCEL = "c"
    TAIL = "t"
    LOG = "l"
    SUMMARY = "m"
    DIFF = "d"
    APPROVE = "y"
    APPROVE_FOR_SESSION = "s"
    DENY = "n"
    REMEDY = "r"
    USE = "u"
    CLOSE = "x"
    ACKNOWLEDGE = "a"
    SILENCE = "z"
    RUNBOOK = "b"
    UNSILENCE = "q"
    ACT = "e"
    CONFIRM = "f"
    ABANDON = "g"
    TIMELINE = "h"
    CHART = "p"


DEEDS: Final = {
    Do.CANCEL: Deed.CANCEL,
    Do.TAIL: Deed.LOOK,
    Do.LOG: Deed.LOOK,
    Do.SUMMARY: Deed.LOOK,
    Do.DIFF: Deed.LOOK,
    Do.APPROVE: Deed.DECIDE,
    Do.APPROVE_FOR_SESSION: Deed.DECIDE,
    Do.DENY: Deed.DECIDE,
    Do.REMEDY: Deed.RECOVER,
    Do.USE: Deed.MANAGE_SESSION,
    Do.CLOSE: Deed.MANAGE_SESSION,
    Do.ACKNOWLEDGE: Deed.ACKNOWLEDGE,
    Do.SILENCE: Deed.SILENCE,
    Do.RUNBOOK: Deed.LOOK,
    Do.UNSILENCE: Deed.SILENCE,
    Do.ACT: Deed.ACT,
    Do.CONFIRM: Deed.ACT,
    Do.ABANDON: Deed.ACT,
    Do.TIMELINE: Deed.LOOK,
    Do.CHART: Deed.LOOK,
}
"""What each asks for; whoever taps needs the role for it, whoever the button was shown to."""


@dataclass(frozen=True, slots=True)
class Press:
    """A wish, the id of what it is about, and perhaps how."""

    do: Do
    subject: str
    detail: str = ""


def press_data(press: Press) -> str:
    """The press as callback data. Raises `ValueError` when Telegram would not take it: our ids are short."""
    data = _SEPARATOR.join(filter(None, (press.do, press.subject, press.detail)))
    if not press.subject or _SEPARATOR in press.subject or len(data.encode()) > LARGEST_DATA:
        raise ValueError(f"{data!r} does not fit into a button")
    return data


def read_press(data: str) -> Press | None:
    """What was tapped, or None for what no button of ours says."""
    do, _, rest = data.partition(_SEPARATOR)
    subject, _, detail = rest.partition(_SEPARATOR)
    if do not in tuple(Do) or not subject or len(data.encode("utf-8", "replace")) > LARGEST_DATA:
        return None
    return Press(Do(do), subject, detail)


def button(label: str, do: Do, subject: str, detail: str = "") -> Button:
    """A button that says so."""
    return Button(sound(label), data=press_data(Press(do, subject, detail)))
