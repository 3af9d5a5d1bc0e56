"""Who may do what: four roles in a line, and the least role that each deed asks for."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """From least to most; each may do what the ones before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether this role includes the other."""
        return _RANK[self] >= _RANK[needed]


class Deed(StrEnum):
    """What somebody may ask the agent for."""

    LOOK = "look"
    RUN = "run"
    CANCEL = "cancel"
    MANAGE_SESSION = "manage_session"
    ACKNOWLEDGE = "acknowledge"
    SILENCE = "silence"
    RECOVER = "recover"
    DECIDE = "decide"
    ACT = "act"
    CONTAIN = "contain"
    ADMINISTER = "administer"


_RANK: Final = {role: rank for rank, role in enumerate(Role)}

NEEDED: Final = {
    Deed.LOOK: Role.VIEWER,
    Deed.RUN: Role.OPERATOR,
    Deed.CANCEL: Role.OPERATOR,
    Deed.MANAGE_SESSION: Role.OPERATOR,
    Deed.ACKNOWLEDGE: Role.OPERATOR,
    Deed.SILENCE: Role.OPERATOR,
    Deed.RECOVER: Role.OPERATOR,
    Deed.DECIDE: Role.APPROVER,
    Deed.ACT: Role.APPROVER,
    Deed.CONTAIN: Role.APPROVER,
    Deed.ADMINISTER: Role.ADMIN,
}


def may(role: Role, deed: Deed) -> bool:
    """Whether the role suffices."""
    return role.covers(NEEDED[deed])
