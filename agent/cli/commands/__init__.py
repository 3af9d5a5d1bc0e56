"""One file per command, loaded when it is asked for: `--help` and `check` need no server."""

import importlib
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from typing import cast

Environment = Mapping[str, str]
Command = Callable[[Namespace, Environment], Awaitable[int]]
"""Arguments and environment in, exit code out; raises `AgentError` with the sentence to print."""


def command(name: str) -> Command:
    """The command of that name."""
    return cast("Command", importlib.import_module(f"agent.cli.commands.{name}").run)
