"""One file per command; each is a function of the arguments and the console that returns an exit code."""

import argparse
from collections.abc import Callable, Mapping

from generator.cli.commands import check, cost, diff, explain, prove, render, schema
from generator.cli.console import Console

COMMANDS: Mapping[str, Callable[[argparse.Namespace, Console], int]] = {
    "render": render.run,
    "check": check.run,
    "diff": diff.run,
    "explain": explain.run,
    "prove": prove.run,
    "cost": cost.run,
    "schema": schema.run,
}

__all__ = ["COMMANDS"]
