"""One file per command; each has `run(arguments, console)` and returns an exit code."""

import argparse
from collections.abc import Callable
from importlib import import_module

from generator.cli.console import Console

Run = Callable[[argparse.Namespace, Console], int]


def command(name: str) -> Run:
    """The command of that name; only what it needs is imported, because half of a render's time goes into imports."""
    run: Run = import_module(f"{__name__}.{name}").run
    return run
