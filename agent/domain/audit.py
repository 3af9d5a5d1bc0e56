"""Who did what: the entries of the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

API: Final = 0
"""The actor of everything that came over the HTTP API."""

AGENT: Final = -1
"""The actor of what the agent did by itself."""


@dataclass(frozen=True, slots=True)
class Audited:
    """One deed.

    Attributes:
        actor: the Telegram user, or one of the two constants.
        action: an event's name or a command.
        subject: the id of what it was done to.
    """

    actor: int
    action: str
    subject: str
    detail: str
    at: datetime
