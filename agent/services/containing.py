"""Pulls the levers of containment, from the chat or over the API, and notes who did."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from agent.domain.approval import without_high_risk
from agent.domain.containment import Autonomy, Containment, allowing, denying
from agent.domain.outbox import Kind, Message
from agent.errors import Conflict
from agent.ports import Presenter
from agent.services.journal import Writing
from agent.services.messages import Messages

LONGEST_TOOL: Final = 128
MOST_TOOLS: Final = 200


@dataclass(frozen=True, slots=True)
class Admins:
    """Where the admins hear of levers; `chat_id` is None when they have no chat."""

    messages: Messages
    presenter: Presenter
    chat_id: int | None


class Containing:
    """Each method pulls one lever within a transaction and answers how the levers stand afterwards."""

    def __init__(self, admins: Admins | None = None) -> None:
        self._admins = admins

    async def halt(self, writing: Writing, *, by: int) -> Containment:
        """No high-risk approval can be given any more, and none that a session was given counts."""
        for session in await writing.records.sessions.active():
            left = without_high_risk(session.allowed_scopes)
            if left != session.allowed_scopes:
                await writing.records.sessions.save(replace(session, allowed_scopes=left))
        return await self._pull(writing, by, "containment.halt", "", lambda levers: replace(levers, halted=True))

    async def resume(self, writing: Writing, *, by: int) -> Containment:
        """High-risk approvals can be given again."""
        return await self._pull(writing, by, "containment.resume", "", lambda levers: replace(levers, halted=False))

    async def deny(self, writing: Writing, tool: str, *, by: int) -> Containment:
        """No approval for the tool can be given any more. `Conflict` when it is no name of a tool."""
        if not 0 < len(tool) <= LONGEST_TOOL or not tool.isprintable() or " " in tool:
            raise Conflict(f"A tool has a name without spaces of at most {LONGEST_TOOL} characters.")
        levers = await writing.records.controls.containment()
        if len(levers.denied_tools) >= MOST_TOOLS and not levers.denies(tool):
            raise Conflict(f"There are {MOST_TOOLS} tools on the denylist already; /allow takes one off.")
        return await self._pull(writing, by, "containment.deny", tool, lambda current: denying(current, tool))

    async def allow(self, writing: Writing, tool: str, *, by: int) -> Containment:
        """Approvals for the tool can be given again."""
        return await self._pull(writing, by, "containment.allow", tool, lambda levers: allowing(levers, tool))

    async def set_autonomy(self, writing: Writing, autonomy: Autonomy, *, by: int) -> Containment:
        """How much agents may do by themselves, from the next run on."""
        return await self._pull(
            writing, by, "containment.mode", autonomy, lambda levers: replace(levers, autonomy=autonomy)
        )

    async def fall_back(self, writing: Writing, *, on: bool, by: int) -> Containment:
        """Whether every new run uses the default profile."""
        detail = "on" if on else "off"
        return await self._pull(
            writing, by, "containment.fallback", detail, lambda levers: replace(levers, fallback=on)
        )

    async def _pull(
        self, writing: Writing, by: int, action: str, detail: str, change: Callable[[Containment], Containment]
    ) -> Containment:
        levers = change(await writing.records.controls.containment())
        await writing.records.controls.contain(levers)
        await writing.audit(by, action, "agent", detail)
        await self._tell_admins(writing, action, detail, by)
        return levers

    async def _tell_admins(self, writing: Writing, action: str, detail: str, by: int) -> None:
        if self._admins is None or self._admins.chat_id is None:
            return
        message = Message(
            chat_id=self._admins.chat_id,
            kind=Kind.ALERT,
            text=self._admins.presenter.lever(action, detail, by).text,
            queued_at=writing.now,
            next_at=writing.now,
        )
        await self._admins.messages.say(writing, message)
