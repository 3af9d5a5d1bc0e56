"""`tocsin status`: is a stack running, where, and does every part of it live?"""

import argparse

from generator.cli.console import Console, Tone
from generator.drill.stack import Places
from generator.drill.stack.record import Record


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Exit 0 when all of it runs, 1 when nothing or only a part does."""
    record = Record.read(Places.below(arguments.data).record)
    if record is None:
        console.say("nothing is running")
        return 1
    for member in record.members:
        state = console.tone("runs ", Tone.GOOD) if member.lives else console.tone("ended", Tone.BAD)
        console.say(f"{state} {member.name:12} {record.addresses.get(member.name, ''):24} pid {member.pid}")
    if len(record.living) == len(record.members) + 1:
        return 0
    console.say("not all of it runs; `tocsin down` ends the rest")
    return 1
