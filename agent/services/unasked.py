"""Puts what was done without a question on the timeline of its run: each line once, whatever crashes in between."""

from collections.abc import Sequence

from agent.domain.events import EventName, ToolLetThrough
from agent.ports import LetThrough
from agent.services.journal import Writing


class Unasked:
    """What the hooks have noted, and how much of it the timelines have."""

    def __init__(self, notes: LetThrough) -> None:
        self._notes = notes

    async def of_run(self, run_id: str) -> Sequence[ToolLetThrough]:
        """All that was noted so far; read before the transaction, for it waits for a file."""
        return await self._notes.of_run(run_id)

    async def tell(self, writing: Writing, run_id: str, noted: Sequence[ToolLetThrough]) -> None:
        """Tell what the timeline lacks. How much it has is how many such lines are on it: notes are only ever added."""
        if noted:
            told = [each for each in await writing.records.timeline.of_run(run_id) if each.event == _NAME]
            for fresh in noted[len(told) :]:
                await writing.tell(fresh)


_NAME = EventName.TOOL_LET_THROUGH
