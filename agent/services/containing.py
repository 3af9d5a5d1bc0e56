"""Pulls the levers of containment, from the chat or over the API, and notes who did."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from agent.domain.containment import Autonomy, Containment, allowing, denying
from agent.errors import Conflict
from agent.services.journal import Writing

LONGEST_TOOL: Final = 128
MOST_TOOLS: Final = 200


class Containing:
    """Each method pulls one lever within a transaction and answers how the levers stand afterwards."""

    async def halt(self, writing: Writing, *, by: int) -> Containment:
        """No high-risk approval can be given any more."""
        return await _pull(writing, by, "containment.halt", "", lambda levers: replace(levers, halted=True))

    async def resume(self, writing: Writing, *, by: int) -> Containment:
        """High-risk approvals can be given again."""
        return await _pull(writing, by, "containment.resume", "", lambda levers: replace(levers, halted=False))

    async def deny(self, writing: Writing, tool: str, *, by: int) -> Containment:
        """No approval for the tool can be given any more. `Conflict` when it is no name of a tool."""
        if not 0 < len(tool) <= LONGEST_TOOL or not tool.isprintable() or " " in tool:
            raise Conflict(f"A tool has a name without spaces of at most {LONGEST_TOOL} characters.")
        levers = await writing.records.controls.containment()
        if len(levers.denied_tools) >= MOST_TOOLS and tool not in levers.denied_tools:
            raise Conflict(f"There are {MOST_TOOLS} tools on the denylist already; /allow takes one off.")
        return await _pull(writing, by, "containment.deny", tool, lambda current: denying(current, tool))

    async def allow(self, writing: Writing, tool: str, *, by: int) -> Containment:
        """Approvals for the tool can be given again."""
        return await _pull(writing, by, "containment.allow", tool, lambda levers: allowing(levers, tool))

    async def set_autonomy(self, writing: Writing, autonomy: Autonomy, *, by: int) -> Containment:
        """How much agents may do by themselves, from the next run on."""
        return await _pull(writing, by, "containment.mode", autonomy, lambda levers: replace(levers, autonomy=autonomy))

    async def fall_back(self, writing: Writing, *, on: bool, by: int) -> Containment:
        """Whether every new run uses the default profile."""
        detail = "on" if on else "off"
        return await _pull(writing, by, "containment.fallback", detail, lambda levers: replace(levers, fallback=on))


async def _pull(
    writing: Writing, by: int, action: str, detail: str, change: Callable[[Containment], Containment]
) -> Containment:
    levers = change(await writing.records.controls.containment())
    await writing.records.controls.contain(levers)
    await writing.audit(by, action, "agent", detail)
    return levers
