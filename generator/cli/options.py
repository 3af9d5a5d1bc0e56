"""The command line's grammar: commands, options, and help that teaches."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from generator.cli.console import Colour
from generator.domain.targets import Targets, Version
from generator.errors import ValueProblem

_ABOUT = """\
Renders one slo.yaml into Prometheus rules, Alertmanager configuration, Grafana dashboards, runbooks and Argo CD
manifests, and proves that every alert fires at its threshold and nowhere else.
"""
_EPILOG = """\
a first walk:
  tocsin render              write monitoring/ and argocd/ beside slo.yaml
  tocsin explain OrchestratorDown
                             one alert: sentence, PromQL, origin, tested values, runbook, route
  tocsin prove               run the rendered tests with the installed promtool and amtool
  (edit slo.yaml)
  tocsin diff                what the edit would change, in words
  tocsin check               is everything rendered? (for CI)

exit codes: 0 as wished; 1 differs (check) or failed (prove); 2 the spec, the command or the machine needs mending
"""

COMMANDS: Mapping[str, tuple[str, str]] = {
    "render": (
        "write the bundle",
        "Write every artefact to the folder of the spec, or to --out. All of it or nothing.",
    ),
    "check": (
        "is the bundle on disk the rendered one?",
        "Compare the disk with what would be rendered: changed, missing, orphaned. Exit 0 same, 1 differs, 2 bad spec.",
    ),
    "diff": (
        "what would rendering change, in words?",
        "Compare the spec with the bundle on disk, as an SRE would say it: thresholds, waits, severities, routes.",
    ),
    "explain": (
        "everything about one alert",
        "Its sentence, PromQL, origin, the values that its tests use, its runbook and whom it reaches.",
    ),
    "prove": (
        "run the rendered proof",
        "Run the rendered unit tests with promtool and the routing tests with amtool, and print the coverage.",
    ),
    "cost": (
        "what the rules will cost",
        "Estimate rules, recorded series and samples per evaluation, per objective and in total, without a server.",
    ),
    "schema": ("the JSON Schema of slo.yaml", "Print the JSON Schema, for editors."),
}


def parser() -> argparse.ArgumentParser:
    """The whole grammar."""
    top = argparse.ArgumentParser(
        prog="tocsin", description=_ABOUT, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version="tocsin 0.1.0")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (short, long) in COMMANDS.items():
        command = commands.add_parser(name, help=short, description=long)
        _common(command)
        if name != "schema":
            _rendering(command)
    _particular(commands.choices)
    return top


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--colour", "--color", type=Colour, choices=list(Colour), default=Colour.AUTO, help="default: on a terminal"
    )
    command.add_argument("-q", "--quiet", action="store_true", help="print results and errors only")


def _rendering(command: argparse.ArgumentParser) -> None:
    command.add_argument("--spec", type=Path, default=Path("slo.yaml"), help="the spec (default: slo.yaml)")
    command.add_argument("--out", type=Path, metavar="DIR", help="the bundle's folder (default: the spec's)")
    command.add_argument(
        "--system",
        action="append",
        default=[],
        metavar="NAME",
        help="only what belongs to this system; may be repeated",
    )
    command.add_argument(
        "--target",
        action="append",
        default=[],
        type=target,
        metavar="PROGRAM=VERSION",
        help=f"render for another version of {', '.join(Targets.OLDEST)}, such as prometheus=2.42; may be repeated",
    )
    command.add_argument(
        "--time-scale", type=_scale, default=1, metavar="N", help="divide every duration by N, for rehearsals"
    )


def _particular(commands: Mapping[str, argparse.ArgumentParser]) -> None:
    commands["explain"].add_argument("alert", metavar="ALERT", help="the alert's name")
    commands["check"].add_argument("--show", action="store_true", help="also print the lines that differ")
    commands["prove"].add_argument("--promtool", default="promtool", metavar="PATH", help="default: from PATH")
    commands["prove"].add_argument("--amtool", default="amtool", metavar="PATH", help="default: from PATH")
    commands["prove"].add_argument("--jobs", type=int, metavar="N", help="processes at once (default: one per core)")
    commands["cost"].add_argument(
        "--instances", type=int, default=1, metavar="N", help="targets per scrape job (default: 1)"
    )
    commands["cost"].add_argument("--json", action="store_true", help="print JSON")


def target(text: str) -> tuple[str, Version]:
    """Read `prometheus=2.42`."""
    program, _, version = text.partition("=")
    if program not in Targets.OLDEST:
        raise argparse.ArgumentTypeError(f"{program!r} is no target; choose one of {', '.join(Targets.OLDEST)}")
    try:
        return program, Version.parse(version)
    except ValueProblem as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _scale(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no time scale; write a whole number from 1 to 3600")
    return int(text)
