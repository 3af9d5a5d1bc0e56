"""The command line: start, say where, run until told to stop."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from agent.sandbox.bot import DEFAULT_TOKEN, TOKEN_SHAPE
from agent.sandbox.places import LOOPBACK, Place
from agent.sandbox.server import serve
from agent.sandbox.world import World


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sandbox; 0 after SIGTERM or SIGINT, 1 when the port is taken."""
    options = _parser().parse_args(arguments)
    try:
        asyncio.run(_run(options))
    except OSError as error:
        _tell(f"sandbox: {error}")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agent.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one (default)")
    parser.add_argument("--token", type=_token, default=DEFAULT_TOKEN, help="the only token that is accepted")
    parser.add_argument("--public-url-file", type=Path, help="also write the base URL to this file")
    parser.add_argument("--chat", type=int, action="append", default=[], help="a chat known from the start; repeatable")
    parser.add_argument(
        "--control",
        type=Place.parse,
        default=Place(LOOPBACK, 0),
        metavar="HOST:PORT",
        help="where /sim/ answers as well, and no fault reaches (default: a free port of this machine)",
    )
    parser.add_argument("--until-eof", action="store_true", help="also end with standard input: with whoever holds it")
    return parser


def _token(text: str) -> str:
    if not TOKEN_SHAPE.fullmatch(text):
        raise argparse.ArgumentTypeError("a token looks like 123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11")
    return text


async def _run(options: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    if options.until_eof:
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _stop_at_end, stopped)
    async with serve(World(options.token, tuple(options.chat)), options.port, options.control) as url:
        _announce(url, options.public_url_file)
        await stopped.wait()


def _stop_at_end(stopped: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stopped.set()


def _announce(url: str, file: Path | None) -> None:
    if file is not None:
        whole = file.with_name(file.name + ".part")
        whole.write_text(url + "\n", encoding="utf-8")
        whole.replace(file)
    _tell(url)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
