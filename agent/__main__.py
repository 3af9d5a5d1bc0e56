"""`tocsin-agent`: what can be asked of the agent from a shell."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

from agent.errors import SettingsError
from agent.settings.load import load

BAD_SETTINGS = 2


def main(argv: Sequence[str] | None = None, environment: Mapping[str, str] | None = None) -> int:
    """Run one command and return its exit code: 0 as wished, 2 the settings need mending."""
    arguments = _parser().parse_args(argv)
    try:
        load(os.environ if environment is None else environment, sandbox=arguments.sandbox)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return BAD_SETTINGS
    print("the settings are complete")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tocsin-agent", description="The Telegram agent that runs coding CLIs.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="are the settings in the environment complete?")
    check.add_argument("--sandbox", action="store_true", help="as if run against the sandbox, without a token")
    return parser


if __name__ == "__main__":
    sys.exit(main())
