"""The answer to a tap: given once, at once or with what came of it, and never waited for."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from agent.adapters.telegram.dispatch.desk import Courtesy
from agent.adapters.telegram.forms import plain
from agent.ports import Words


class Beside:
    """Small things that run beside the work and may fail: a tap's answer, the word that somebody is typing."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, what: Coroutine[Any, Any, object]) -> None:
        """Let it run."""
        task = asyncio.create_task(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait for everything that was started."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


class Bell:
    """One tap's answer; for what was no tap it does nothing."""

    def __init__(self, courtesy: Courtesy, beside: Beside, callback_id: str = "") -> None:
        self._courtesy = courtesy
        self._beside = beside
        self._callback_id = callback_id

    @property
    def is_due(self) -> bool:
        """Whether somebody has tapped and not been answered."""
        return bool(self._callback_id)

    def ring(self, words: Words | None = None, *, loud: bool = False) -> None:
        """Answer, unless that was done before."""
        callback_id, self._callback_id = self._callback_id, ""
        if callback_id:
            text = plain(words.text) if words else ""
            self._beside.start(self._courtesy.answer(callback_id, text, loud=loud))
