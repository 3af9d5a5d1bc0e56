"""`tocsin-agent tour`: the agent in the sandbox, led through one chat."""

from argparse import Namespace
from collections.abc import Mapping

from agent.app.tour import lead


async def run(_arguments: Namespace, environment: Mapping[str, str]) -> int:
    """Print the chat and what came of it; 1 when something did not happen."""
    return 0 if await lead(environment, lambda text: print(text, flush=True)) else 1
