"""What was heard of a run at work and is not yet written down or shown, and when it is time to show it."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from agent.domain.activity import Activity, Opened, Said, Spent, ToolBegan, ToolEnded
from agent.domain.events import Event, ToolCompleted, ToolFailed, ToolStarted
from agent.domain.run import Run
from agent.ports import Clock

PROGRESS_SECONDS: Final = 1.5
"""Between two changes of what is shown, at least."""

TICK_SECONDS: Final = 15.0
"""Between two changes while nothing is heard, so that nobody takes a silent run for a dead one."""

LONGEST_DETAIL: Final = 500
_SHOWN_LINES: Final = 12


class Listening:
    """One run's news.

    Attributes:
        run: with what was learned of it, such as how to resume it.
        lines: the newest of what may be shown.
        events: what is not yet written down.
        heard: how many activities there have been.
        told: how many of them were there when it was last written down.
        unasked: how much of what was done without a question is written down.
    """

    def __init__(self, run: Run, clock: Clock) -> None:
        self.run = run
        self.lines: deque[str] = deque(maxlen=_SHOWN_LINES)
        self.events: list[Event] = []
        self.heard = 0
        self.told = 0
        self.unasked = 0
        self.is_over = False
        self._clock = clock
        self._heard_at = clock.monotonic()
        self._news = asyncio.Event()
        self._over = asyncio.Event()

    @property
    def silent(self) -> timedelta:
        """How long ago anything was heard."""
        return timedelta(seconds=max(self._clock.monotonic() - self._heard_at, 0.0))

    def take(self, activity: Activity) -> None:
        """Remember what was heard."""
        self.heard += 1
        self._heard_at = self._clock.monotonic()
        run_id = self.run.id
        match activity:
            case Opened(resume_token=token):
                self.run = replace(self.run, resume_token=token)
            case Said(text=text):
                self.lines.append(text)
            case ToolBegan(tool=tool, detail=detail):
                self.lines.append(f"▸ {tool} {detail}"[:LONGEST_DETAIL])
                self.events.append(ToolStarted(run_id, tool, detail[:LONGEST_DETAIL]))
            case ToolEnded(tool=tool, detail=detail, ok=ok):
                kind = ToolCompleted if ok else ToolFailed
                self.events.append(kind(run_id, tool, detail[:LONGEST_DETAIL]))
            case Spent():
                pass
        self._news.set()

    def end(self) -> None:
        """Nothing more will be heard."""
        self.is_over = True
        self._over.set()

    async def due(self) -> bool:
        """Wait until there is something to show again: news, or a silence worth a word. False when all is over."""
        await _first(self._clock.sleep(PROGRESS_SECONDS), self._over.wait())
        await _first(self._clock.sleep(TICK_SECONDS - PROGRESS_SECONDS), self._news.wait(), self._over.wait())
        self._news.clear()
        return not self.is_over


async def _first(*waits: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.create_task(each) for each in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
