"""One file per command, loaded when it is asked for: `--help` and `check` need no server."""

import gc
import importlib
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from typing import cast

Environment = Mapping[str, str]
Command = Callable[[Namespace, Environment], Awaitable[int]]
"""Arguments and environment in, exit code out; raises `AgentError` with the sentence to print."""


def command(name: str) -> Command:
    """The command of that name.

    What is imported stays for good. The collector is kept from looking through it, now and later: now it would cost a
    sixth of the time to start, and later it would hold up the event loop for 40 ms at a time.
    """
    gc.disable()
    found = cast("Command", importlib.import_module(f"agent.cli.commands.{name}").run)
    gc.freeze()
    gc.enable()
    return found
