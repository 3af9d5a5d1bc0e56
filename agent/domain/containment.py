"""What is held back while something is wrong: four levers that operators pull from the chat."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from agent.domain.approval import Approval, Risk


class Autonomy(StrEnum):
    """How much agents may do by themselves; L1 recommends and changes nothing."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"


RECOMMEND_ONLY: Final = frozenset({Autonomy.L0, Autonomy.L1})


@dataclass(frozen=True, slots=True)
class Containment:
    """The levers.

    Attributes:
        halted: no high-risk approval can be given (`/halt`, `/resume`).
        fallback: every run uses the default profile (`/fallback`).
        denied_tools: no approval for these tools can be given (`/deny`).
        autonomy: how much agents may do by themselves (`/mode`).
    """

    halted: bool = False
    fallback: bool = False
    denied_tools: tuple[str, ...] = ()
    autonomy: Autonomy = Autonomy.L3

    @property
    def recommends_only(self) -> bool:
        """Whether agents must not change anything."""
        return self.autonomy in RECOMMEND_ONLY


def objection(containment: Containment, approval: Approval) -> str:
    """Why an approval cannot be given now, or empty."""
    if containment.halted and approval.risk is Risk.HIGH:
        return "High-risk approvals are halted; /resume lifts it."
    if approval.tool and approval.tool in containment.denied_tools:
        return f"The tool {approval.tool} is on the denylist."
    return ""


def denying(containment: Containment, tool: str) -> Containment:
    """With one more tool on the denylist."""
    return replace(containment, denied_tools=tuple(sorted({*containment.denied_tools, tool})))


def allowing(containment: Containment, tool: str) -> Containment:
    """With one tool taken off the denylist."""
    return replace(containment, denied_tools=tuple(each for each in containment.denied_tools if each != tool))
