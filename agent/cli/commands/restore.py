"""`tocsin-agent restore`."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from agent import maintenance
from agent.settings.load import load


async def run(arguments: Namespace, environment: Mapping[str, str]) -> int:
    """Put the backup in place and say what was put aside."""
    archive = Path(arguments.archive) if arguments.archive else None
    print(await maintenance.restore(load(environment, offline=True), archive))
    return 0
