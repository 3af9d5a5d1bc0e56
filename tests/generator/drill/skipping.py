"""An event loop whose clock jumps: nobody waits, and yet every moment is the one that was asked for."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Found = TypeVar("Found")


class _Jumping(selectors.DefaultSelector):
    """Instead of waiting it puts the clock forward."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += max(timeout or 0.0, 0.0)
        found: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        return found


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def at_once(main: Coroutine[Any, Any, Found]) -> Found:
    """Run it to its end, however long it waits in between."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)
