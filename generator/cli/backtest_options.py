"""The options of `tocsin backtest`: which history, which alerts, and who asks."""

import argparse
from pathlib import Path


def add(backtest: argparse.ArgumentParser) -> None:
    """Teach the command its options."""
    backtest.add_argument("--prometheus", required=True, metavar="URL", help="the server that has the history")
    backtest.add_argument("--days", type=float, default=30.0, metavar="N", help="how far back (default: 30)")
    backtest.add_argument(
        "--against", type=Path, metavar="SPEC", help="another spec, such as the changed one, to show beside the first"
    )
    backtest.add_argument(
        "--system", action="append", default=[], metavar="NAME", help="only alerts of this system; may be repeated"
    )
    backtest.add_argument(
        "--alert", action="append", default=[], metavar="NAME", help="only this alert; may be repeated"
    )
    backtest.add_argument("--json", action="store_true", help="print JSON")
    _who_asks(backtest.add_argument_group("who asks", "secrets come from files or from the environment"))


def _who_asks(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--token-file", type=Path, metavar="FILE", help="holds a bearer token (or the variable TOCSIN_PROMETHEUS_TOKEN)"
    )
    group.add_argument("--user", metavar="NAME", help="for a server that asks for a user and a password")
    group.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="holds the password (or the variable TOCSIN_PROMETHEUS_PASSWORD)",
    )
    group.add_argument("--tenant", metavar="NAME", help="which tenant is meant, for Mimir and its kin (X-Scope-OrgID)")
    group.add_argument(
        "--header",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other header; NAME=@FILE takes its value from a file; may be repeated",
    )
