"""`tocsin up`: the whole stack on this machine, until Ctrl-C."""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack

from generator.cli import request
from generator.cli.console import Console, Tone
from generator.cli.signals import until_signalled
from generator.drill.stack import Addresses, Places, Plan, Stack
from generator.drill.stack.environment import names_a_bot
from generator.drill.stack.programs import FASTEST_BACKUPS, Programs
from generator.drill.stack.way_out import way_out, why_missing
from generator.drill.watching.plain import PlainReceiver, listening
from generator.errors import TocsinError

_WHAT: Mapping[str, str] = {
    "prometheus": "Prometheus: rules, targets, alerts",
    "alertmanager": "Alertmanager: groups, silences",
    "agent": "the agent: /health, /metrics, /api",
    "telegram": "a simulated Telegram: /sim/transcript?chat_id=1001&format=text",
    "exporter": "the stand-in: POST /control/breach?alert=NAME, /control/heal?alert=NAME",
}


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Start everything, say where it is, stay until a signal, end everything; exit 0, or 2 when a part broke."""
    ended = until_signalled(_up(arguments, console))
    if ended is None:
        console.say("all stopped")
        return 0
    return ended


async def _up(arguments: argparse.Namespace, console: Console) -> int:
    found = Programs.find()
    service, places = found.aimed(request.read(arguments).service), Places.below(arguments.data)
    missing = why_missing(service, with_agent=not arguments.no_agent, telegram_is_real=names_a_bot())
    plan = Plan(
        service=service,
        spec=arguments.spec,
        places=places,
        addresses=Addresses.free(arguments.port_base),
        with_agent=not arguments.no_agent,
        telegram_is_real=names_a_bot(),
        agent_is_scraped=not arguments.no_agent,
        way_out=way_out(service, places, missing),
    )
    async with AsyncExitStack() as exits:
        stack = await exits.enter_async_context(Stack(plan, found, lambda line: _tell(console, line)))
        if arguments.no_agent:
            receiver = PlainReceiver(stack.token, console.say)
            await exits.enter_async_context(listening(receiver, plan.addresses.agent))
        _show(stack, console, missing)
        broken = stack.process(await stack.one_ends())
        raise TocsinError(f"{broken.name} {broken.end}, and the rest was stopped with it; {broken.last_words()}")


def _caveats(plan: Plan) -> Iterator[str]:
    """What is otherwise than somebody would expect."""
    if plan.real_jobs:
        yield f"the stand-in breaches nothing of {', '.join(sorted(plan.real_jobs))}: that is the agent itself"
    if plan.real_jobs and plan.service.time_scale > FASTEST_BACKUPS:
        yield f"above --time-scale {FASTEST_BACKUPS} BackupTooOld fires by itself: no backups are made so fast"


def _tell(console: Console, line: str) -> None:
    """One line that is overwritten on a terminal, one line each otherwise."""
    if console.err.isatty():
        console.progress(line)
    else:
        console.note(line)


def _show(stack: Stack, console: Console, missing: str) -> None:
    console.say(console.tone("everything is up", Tone.GOOD))
    for name, what in _WHAT.items():
        if stack.has(name):
            console.say(f"  {stack.url(name):24} {what}")
    for line in _caveats(stack.plan):
        console.say(f"  {line}")
    if stack.plan.way_out:
        console.say("  alerts about the agent come from Alertmanager itself as well, into the same chat")
    if missing:
        console.say(f"  {console.tone(missing, Tone.ATTENTION)}")
    if stack.plan.telegram_is_real and stack.plan.with_agent:
        console.say("  the bot is real and has your settings; folders, Alertmanager and Prometheus are the stack's own")
    console.say(f"  logs in {stack.plan.places.logs}; Ctrl-C ends it, so does `tocsin down`")
