"""Reads the arguments, runs one command, and turns whatever happens into an exit code and one clear message."""

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Final

from agent.cli.commands import command
from agent.cli.exits import Exit
from agent.cli.parser import parser
from agent.errors import AgentError, SettingsError, StoreCorrupt

_OURS_ALONE: Final = 0o077
"""State, logs and backups hold what was said in chats: nobody else on this machine may read them."""


def main(argv: Sequence[str] | None = None, environment: Mapping[str, str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = parser().parse_args(argv)
    os.umask(_OURS_ALONE)
    try:
        return asyncio.run(_run(arguments, environment))
    except SettingsError as error:
        return _said(str(error), Exit.BAD_SETTINGS)
    except StoreCorrupt as error:
        return _said(str(error), Exit.DAMAGED)
    except AgentError as error:
        return _said(str(error), Exit.FAILED)
    except OSError as error:
        return _said(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", Exit.FAILED)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


async def _run(arguments: Namespace, environment: Mapping[str, str] | None) -> int:
    return await command(arguments.command)(arguments, os.environ if environment is None else environment)


def _said(text: str, code: Exit) -> int:
    print(text, file=sys.stderr)
    return code
