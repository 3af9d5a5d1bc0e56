"""`tocsin cost`: what the rules will cost a Prometheus server, before it sees them."""

import argparse
import json

from generator.cli import request
from generator.cli.console import Console, Tone
from generator.cost import GroupCost, estimate


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print a row per objective and per system's alerts, and the total; exit 0."""
    costs = list(estimate(request.read(arguments).narrowed, arguments.instances))
    if arguments.json:
        console.say(json.dumps([_row(cost) for cost in costs], indent=2))
        return 0
    console.say(f"{'group':46} {'rules':>6} {'recorded':>9} {'samples':>9} {'samples/s':>10}")
    for cost in costs:
        console.say(_line(cost.name, [cost]))
    objectives = [cost for cost in costs if cost.kind == "objective"]
    if objectives:
        console.say(_line(f"{len(objectives)} objectives", objectives))
    console.say(console.tone(_line("all", costs), Tone.STRONG))
    plural = "target" if arguments.instances == 1 else "targets"
    console.note(f"samples read by one evaluation, at most, with {arguments.instances} {plural} per job")
    return 0


def _line(name: str, costs: list[GroupCost]) -> str:
    rules, recorded, samples = (sum(getattr(cost, key) for cost in costs) for key in ("rules", "recorded", "samples"))
    per_second = sum(cost.samples_per_second for cost in costs)
    return f"{name:46} {rules:>6} {recorded:>9} {samples:>9,} {per_second:>10,.0f}"


def _row(cost: GroupCost) -> dict[str, object]:
    return {
        "group": cost.name,
        "kind": cost.kind,
        "rules": cost.rules,
        "recorded_series": cost.recorded,
        "samples_per_evaluation": cost.samples,
        "interval_seconds": float(cost.interval.seconds),
    }
