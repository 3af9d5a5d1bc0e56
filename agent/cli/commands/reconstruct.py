"""`tocsin-agent reconstruct`."""

from argparse import Namespace
from collections.abc import Mapping

from agent import maintenance
from agent.settings.load import load


async def run(_arguments: Namespace, environment: Mapping[str, str]) -> int:
    """Do it and say what was done."""
    print(await maintenance.reconstruct(load(environment, offline=True)))
    return 0
