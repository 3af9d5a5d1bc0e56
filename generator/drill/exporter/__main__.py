"""`python -m generator.drill.exporter`: the stand-in as a process of its own, until it is told to stop."""

import argparse
import asyncio
import signal
import sys
import time
from pathlib import Path

from aiohttp import web

from generator import spec
from generator.drill.exporter.server import Doors
from generator.drill.exporter.world import World
from generator.errors import TocsinError

LOOPBACK = "127.0.0.1"


def main() -> int:
    """Run; 0 after SIGTERM or SIGINT, 2 for a bad spec, 1 when the port is taken."""
    parser = argparse.ArgumentParser(prog="generator.drill.exporter", description=__doc__)
    parser.add_argument("--spec", type=Path, required=True)
    parser.add_argument("--time-scale", type=int, default=1)
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--elsewhere", action="append", default=[], metavar="JOB", help="scraped from something real")
    arguments = parser.parse_args()
    try:
        service = spec.load(arguments.spec).scaled(arguments.time_scale)
        world = World(service, time.time(), arguments.elsewhere)
        asyncio.run(_serve(world, arguments.host, arguments.port))
    except (TocsinError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, TocsinError) else 1
    return 0


async def _serve(world: World, host: str, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    runner = web.AppRunner(Doors(world).application(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        await stopped.wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
