"""`tocsin-agent check`."""

import sys
from argparse import Namespace
from collections.abc import Mapping

from agent import maintenance
from agent.app.sandbox import sandboxed
from agent.cli.exits import Exit
from agent.cli.files import everything
from agent.settings.model import Settings


async def run(arguments: Namespace, environment: Mapping[str, str]) -> int:
    """All problems at once, one per line; 1 when there is one, 3 when the database is damaged."""
    if not arguments.sandbox:
        return await _checked(everything(environment), online=arguments.online)
    async with sandboxed(environment) as place:
        return await _checked(place.settings, online=arguments.online)


async def _checked(settings: Settings, *, online: bool) -> int:
    problems = await maintenance.check(settings, online=online)
    for line in (*problems, *settings.doubts):
        print(line, file=sys.stderr)
    if not problems:
        print("everything is there")
    if any(isinstance(problem, maintenance.Damage) for problem in problems):
        return Exit.DAMAGED
    return Exit.FAILED if problems else Exit.OK
