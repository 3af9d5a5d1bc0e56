"""`tocsin-agent check`."""

import sys
from argparse import Namespace
from collections.abc import Mapping

from agent import maintenance
from agent.app.sandbox import sandboxed
from agent.settings.load import load


async def run(arguments: Namespace, environment: Mapping[str, str]) -> int:
    """All problems at once, one per line; 1 when there is one."""
    problems = await _problems(arguments, environment)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print("everything is there")
    return 1 if problems else 0


async def _problems(arguments: Namespace, environment: Mapping[str, str]) -> tuple[str, ...]:
    if not arguments.sandbox:
        return await maintenance.check(load(environment), online=arguments.online)
    async with sandboxed(environment) as place:
        return await maintenance.check(place.settings, online=arguments.online)
