"""The arguments of `tocsin-agent`, and the help that teaches them."""

import argparse
from typing import Final

from agent.sandbox.places import Place

_DESCRIPTION: Final = """\
The Telegram agent: runs coding CLIs for its users, survives kill -9, and brings alerts to the on-call.

Without a command it is the agent, until Ctrl-C. All settings come from the environment; .env.example lists them.
"""
_EPILOG: Final = """\
examples:
  tocsin-agent --sandbox                        try it: no token, no CLI, no settings needed
  tocsin-agent tour                             watch a run, an approval and a failure go by, then exit
  TELEGRAM_BOT_TOKEN=... TELEGRAM_USERS=123:admin tocsin-agent
  tocsin-agent check --online                   is everything there before it goes live?

exit codes: 0 as wished, 1 it failed, 2 the settings need mending, 3 the state database is damaged
"""


def parser() -> argparse.ArgumentParser:
    """Its result always has `command`."""
    made = argparse.ArgumentParser(
        prog="tocsin-agent",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--sandbox", action="store_true", help="run against a simulated Telegram, with a scripted CLI")
    made.add_argument(
        "--sandbox-control",
        type=Place.parse,
        metavar="HOST:PORT",
        help="with --sandbox: where the simulated chat can be read and written as well, such as 0.0.0.0:8081 in a "
        "container; whoever reaches it is the chat's admin (default: this machine only)",
    )
    made.set_defaults(command="serve")
    commands = made.add_subparsers(metavar="COMMAND")
    _add(commands, "tour", "run the agent in the sandbox through a scripted chat, print it, and exit")
    check = _add(commands, "check", "are settings, profiles, programs, folders and database fit for service?")
    check.add_argument("--online", action="store_true", help="also ask Telegram whether it knows the token")
    check.add_argument("--sandbox", action="store_true", default=argparse.SUPPRESS, help="as if started with --sandbox")
    _add(commands, "backup", "make a verified backup now; works while the agent runs")
    restore = _add(commands, "restore", "put a backup in the place of the database; the agent must be stopped")
    restore.add_argument("archive", nargs="?", help="a state-*.db.gz; the newest if left out")
    _add(commands, "reconstruct", "rebuild projects and sessions from disk when there is no backup")
    return made


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str
) -> argparse.ArgumentParser:
    added = commands.add_parser(name, help=summary, description=_sentence(summary))
    added.set_defaults(command=name)
    return added


def _sentence(summary: str) -> str:
    return f"{summary[0].upper()}{summary[1:]}{'' if summary.endswith('?') else '.'}"
