"""`tocsin status`: is a stack running, where, and does every part of it live?"""

import argparse

from generator.cli.console import Console, Tone
from generator.drill.stack import Places
from generator.drill.stack.record import Record

_STARTING = 3


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Exit 0 when all of it runs, 1 when nothing or only a part does, 3 while it is being started."""
    record = Record.read(Places.below(arguments.data).record)
    if record is None:
        console.say("nothing is running")
        return 1
    for member in record.members:
        state = console.tone("runs ", Tone.GOOD) if member.lives else console.tone("ended", Tone.BAD)
        console.say(f"{state} {member.name:12} {record.addresses.get(member.name, ''):24} pid {member.pid}")
    if not record.is_whole:
        console.say("not all of it runs; `tocsin down` ends the rest")
        return 1
    if record.ready:
        return 0
    _say_what_is_to_come(record, console)
    return _STARTING


def _say_what_is_to_come(record: Record, console: Console) -> None:
    started = {member.name for member in record.members}
    for name in record.addresses:
        if name not in started:
            console.say(f"{console.tone('to come', Tone.ATTENTION)} {name}")
    console.say("it is being started; `tocsin status` exits with 0 when all of it is up")
