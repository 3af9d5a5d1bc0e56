"""What is held back while something is wrong: four levers that operators pull from the chat."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from agent.domain.approval import RISKS, Approval, Risk, Scope


class Autonomy(StrEnum):
    """How much agents may do by themselves; `MEANINGS` says what each level is."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"


MEANINGS: Final = {
    Autonomy.L0: "Agents only recommend; nothing is changed.",
    Autonomy.L1: "Agents only recommend; nothing is changed.",
    Autonomy.L2: "Every question is asked; a yes for a session does not count.",
    Autonomy.L3: "Questions are asked; a yes for a session counts for an hour.",
    Autonomy.L4: "As L3, and low risk (writing files) is not asked about.",
}
"""What each level does, in a sentence for people."""

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

    def denies(self, tool: str) -> bool:
        """Whether a tool is on the denylist, in whatever spelling of capitals."""
        return tool.casefold() in {each.casefold() for each in self.denied_tools}


_ALWAYS_ASKING: Final = frozenset({*RECOMMEND_ONLY, Autonomy.L2})


def passing(containment: Containment, scope: Scope, standing: Collection[str]) -> str:
    """Why something of a scope needs no question now, or empty; `standing` is what the session may do."""
    if containment.halted and RISKS[scope] is Risk.HIGH:
        return ""
    if containment.autonomy is Autonomy.L4 and RISKS[scope] is Risk.LOW:
        return f"The scope {scope} is of low risk, which passes at autonomy L4."
    if scope in standing and containment.autonomy not in _ALWAYS_ASKING:
        return f"The scope {scope} is approved for this session."
    return ""


def objection(containment: Containment, approval: Approval) -> str:
    """Why an approval cannot be given now, or empty."""
    if containment.halted and approval.risk is Risk.HIGH:
        return "High-risk approvals are halted; /resume lifts it."
    if approval.tool and containment.denies(approval.tool):
        return f"The tool {approval.tool} is on the denylist."
    return ""


def denying(containment: Containment, tool: str) -> Containment:
    """With one more tool on the denylist."""
    if containment.denies(tool):
        return containment
    return replace(containment, denied_tools=tuple(sorted({*containment.denied_tools, tool})))


def allowing(containment: Containment, tool: str) -> Containment:
    """With one tool taken off the denylist, in whatever spelling of capitals."""
    kept = tuple(each for each in containment.denied_tools if each.casefold() != tool.casefold())
    return replace(containment, denied_tools=kept)
