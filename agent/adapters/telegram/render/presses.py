"""What a button says to us when it is tapped: written into 64 bytes, and read back from whatever a client sends."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from agent.adapters.telegram.forms import cut, sound
from agent.domain.outbox import Button, Buttons
from agent.domain.roles import Deed

LARGEST_DATA: Final = 64
MOST_CHOICES: Final = 8
"""How many names are put on buttons; whoever has more types the others."""

_SEPARATOR: Final = ":"
_LABEL: Final = 30


@unique
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
    SHOW = "w"
    GUIDE = "v"
    NEW = "o"
    PROFILE = "p"
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
    CHART = "j"
    TAKE_OVER = "k"
    CONFIRM_ANYWAY = "i"


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
    Do.SHOW: Deed.LOOK,
    Do.GUIDE: Deed.LOOK,
    Do.NEW: Deed.MANAGE_SESSION,
    Do.PROFILE: Deed.MANAGE_SESSION,
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
    Do.TAKE_OVER: Deed.ACKNOWLEDGE,
    Do.CONFIRM_ANYWAY: Deed.ACT,
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


def choices(do: Do, names: Iterable[str], marked: str = "") -> Buttons:
    """A button for each of the first names, two in a row; a name that fits into no button has to be typed."""
    fitting = [name for name in names if _fits(do, name)][:MOST_CHOICES]
    buttons = [button(f"{'👉 ' if name == marked else ''}{short_name(name)}", do, name) for name in fitting]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def short_name(name: str) -> str:
    """A name on a button."""
    return cut(" ".join(sound(name).split()), _LABEL)


def _fits(do: Do, name: str) -> bool:
    try:
        press_data(Press(do, name))
    except ValueError:
        return False
    return bool(name.strip()) and name.isprintable()
