"""`tocsin down`: end a stack that another shell has started, or what a crash has left of it."""

import argparse

from generator.cli.console import Console
from generator.drill.stack import Places
from generator.drill.stack.ending import end


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Exit 0 when nothing of it runs any more."""
    ended = end(Places.below(arguments.data).record)
    console.say(f"ended {', '.join(ended)}" if ended else "nothing is running")
    return 0
