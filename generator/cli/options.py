"""The command line's grammar: commands, options, and help that teaches."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from generator.bundle import outputs
from generator.bundle.outputs import Output
from generator.cli import backtest_options
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
  tocsin drill OrchestratorDown
                             provoke it, and watch it travel to the chat and back

exit codes: 0 as wished; 1 differs (check) or failed (prove, drill); 2 the spec, the command or the machine is at fault
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
        "Run the unit tests on disk with promtool and the routing tests with amtool, and print the coverage.",
    ),
    "cost": (
        "what the rules will cost",
        "Estimate rules, recorded series and samples per evaluation, per objective and in total, without a server.",
    ),
    "up": (
        "run the whole stack here",
        (
            "Start Prometheus, Alertmanager, the agent and a stand-in for what is watched on this machine, until "
            "Ctrl-C. Without a bot's token Telegram is simulated, and nothing here sees a setting of your shell. With "
            "TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE the agent speaks to the real one and has your settings, "
            "ALERT_WEBHOOK_URL among them; but its address, its folders (DATA_DIR, REPOS_ROOT, WORKSPACES_ROOT, "
            "BACKUP_DIR, LOG_DIR), RUNBOOK_CATALOG and all of ALERTMANAGER_* and PROMETHEUS_* are the stack's own. "
            "Exit 0 when it was told to end, 2 when it does not start or a part of it ends."
        ),
    ),
    "down": ("end that stack", "End a stack that another shell has started, or what a crash has left of it."),
    "status": (
        "is that stack running?",
        (
            "Tell which parts of the stack run, and where. Exit 0 when all do, 1 when none or only some do, 3 while "
            "it is being started."
        ),
    ),
    "drill": (
        "rehearse alerts, from breach to chat and back",
        "Provoke alerts on a stack of their own and time every hop: pending, firing, routed, told, resolved.",
    ),
    "rehearse": (
        "the whole loop once, from a run that fails to the chat and back",
        "Let runs of the agent fail, acknowledge the incident in the chat, recover, see it resolved; print every hop.",
    ),
    "backtest": (
        "when would the alerts have fired?",
        (
            "Ask a Prometheus server when, how often and for how long each alert would have fired in its history. "
            "Exit 0 when it answered for all of them, 1 when it refused some, which are named."
        ),
    ),
    "schema": ("the JSON Schema of slo.yaml", "Print the JSON Schema, for editors."),
}


_ON_THEIR_OWN = {"schema", "up", "down", "status", "drill", "rehearse", "backtest"}
"""Commands that render nothing for the user, so that most options of rendering would mean nothing."""


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
        if name not in _ON_THEIR_OWN:
            _rendering(command)
    _particular(commands.choices)
    _rehearsing(commands.choices)
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


def _choosing(command: argparse.ArgumentParser) -> None:
    """Forms of the output; other folders are neither written nor looked at."""
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    forms = "\n".join(f"  {output:17} {meaning}" for output, meaning in outputs.MEANING.items())
    command.epilog = f"forms of the bundle:\n{forms}\n\nwith --output, the folders of other forms are left alone"
    command.add_argument(
        "--output",
        type=_outputs,
        default=outputs.DEFAULT,
        metavar="FORMAT[,FORMAT]",
        help=f"only these forms (default: {','.join(outputs.DEFAULT)})",
    )


def _particular(commands: Mapping[str, argparse.ArgumentParser]) -> None:
    for name in ("render", "check"):
        _choosing(commands[name])
    commands["explain"].add_argument("alert", metavar="ALERT", help="the name of an alert or of an objective")
    commands["check"].add_argument("--show", action="store_true", help="also print the lines that differ")
    commands["prove"].add_argument("--promtool", default="promtool", metavar="PATH", help="default: from PATH")
    commands["prove"].add_argument("--amtool", default="amtool", metavar="PATH", help="default: from PATH")
    commands["prove"].add_argument(
        "--jobs", type=_positive, metavar="N", help="processes at once (default: one per core)"
    )
    commands["cost"].add_argument(
        "--instances", type=_positive, default=1, metavar="N", help="targets per scrape job (default: 1)"
    )
    commands["cost"].add_argument("--json", action="store_true", help="print JSON")


def _rehearsing(commands: Mapping[str, argparse.ArgumentParser]) -> None:
    for name in ("up", "down", "status"):
        commands[name].add_argument(
            "--data", type=Path, default=Path(".tocsin/up"), metavar="DIR", help="its folder (default: .tocsin/up)"
        )
    for name in ("up", "drill", "rehearse", "backtest"):
        commands[name].set_defaults(target=[], system=[], out=None, time_scale=1)
        commands[name].add_argument("--spec", type=Path, default=Path("slo.yaml"), help="the spec (default: slo.yaml)")
    for name, scale in (("up", 1), ("drill", 60), ("rehearse", 60)):
        commands[name].add_argument(
            "--time-scale",
            type=_scale,
            default=scale,
            metavar="N",
            help=f"divide every duration by N (default: {scale})",
        )
    for name in ("up", "drill"):
        commands[name].add_argument(
            "--no-agent", action="store_true", help="let alerts end at a plain webhook instead of the agent's chat"
        )
    commands["up"].add_argument(
        "--port-base", type=int, default=0, metavar="N", help="use ports N to N+4, up to 65535 (default: free ones)"
    )
    commands["rehearse"].add_argument(
        "--out", type=Path, metavar="DIR", help="the report's folder (default: .tocsin/rehearsal)"
    )
    commands["rehearse"].add_argument(
        "--if-installed", action="store_true", help="where Prometheus or Alertmanager is missing, say so and exit 0"
    )
    _drilling(commands["drill"])
    backtest_options.add(commands["backtest"])


def _drilling(drill: argparse.ArgumentParser) -> None:
    drill.add_argument(
        "alert",
        nargs="*",
        metavar="ALERT",
        help="alerts; or codex-pipeline-validation alone; with --chaos, its scenarios",
    )
    drill.add_argument("--system", action="append", metavar="NAME", help="all alerts of this system; may be repeated")
    drill.add_argument("--all", action="store_true", help="all alerts of all systems")
    drill.add_argument("--objectives", action="store_true", help="with --all or --system, burn-rate alerts as well")
    drill.add_argument("--chaos", action="store_true", help="restarts, cuts and expired tokens; all, or those named")
    drill.add_argument("--out", type=Path, metavar="DIR", help="the report's folder (default: .tocsin/drills/<now>)")


def target(text: str) -> tuple[str, Version]:
    """Read `prometheus=2.42`."""
    program, _, version = text.partition("=")
    if program not in Targets.OLDEST:
        raise argparse.ArgumentTypeError(f"{program!r} is no target; choose one of {', '.join(Targets.OLDEST)}")
    try:
        return program, Version.parse(version)
    except ValueProblem as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _outputs(text: str) -> tuple[Output, ...]:
    """Read `plain,argocd`."""
    words = [word.strip() for word in text.split(",")]
    for word in words:
        if word not in set(Output):
            known = ", ".join(Output)
            raise argparse.ArgumentTypeError(f"{word!r} is no form of the bundle; choose among {known}")
    return tuple(dict.fromkeys(map(Output, words)))


def _positive(text: str) -> int:
    """A whole number of one or more; more than anybody means is no number but a slip."""
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not 1 or more; write a whole number such as 4")
    return int(text)


def _scale(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no time scale; write a whole number from 1 to 3600")
    return int(text)
