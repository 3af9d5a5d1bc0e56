"""Commands that go on for a while: ended by Ctrl-C or SIGTERM, in order, with everything they have started."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Coroutine
from typing import Any


def until_signalled(main: Coroutine[Any, Any, int]) -> int | None:
    """Run a command and give its exit code; None when a signal ended it.

    A second signal is ignored: the first one is being obeyed, and half an end would leave processes behind.
    """
    gc.enable()  # the command line does without it, because most commands are over in a second
    return asyncio.run(_run(main))


async def _run(main: Coroutine[Any, Any, int]) -> int | None:
    task = asyncio.create_task(main)
    signalled = False

    def stop() -> None:
        nonlocal signalled
        if not signalled:
            signalled = True
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    with contextlib.suppress(asyncio.CancelledError):
        return await task
    return None
