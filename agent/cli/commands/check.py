"""`tocsin-agent check`."""

import sys
from argparse import Namespace
from collections.abc import Mapping

from agent import maintenance
from agent.settings.load import load


async def run(arguments: Namespace, environment: Mapping[str, str]) -> int:
    """All problems at once, one per line; 1 when there is one."""
    problems = await maintenance.check(load(environment, sandbox=arguments.sandbox), online=arguments.online)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print("everything is there")
    return 1 if problems else 0
