"""`tocsin prove`: run the rendered proof with the installed programs and print the coverage."""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from generator import bundle
from generator.cli import request
from generator.cli.console import Console, Tone
from generator.domain.service import Service
from generator.proof import Amtool, Failure, Promtool, SystemCoverage, coverage
from generator.tool import Tool


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Render into a temporary folder and prove what was rendered; exit 0 when everything held, 1 otherwise."""
    promtool, amtool = (
        Tool.find(arguments.promtool, "prometheus"),
        Tool.find(arguments.amtool, "prometheus-alertmanager"),
    )
    service = _for_installed(request.read(arguments).narrowed, amtool, console)
    with tempfile.TemporaryDirectory(prefix="tocsin-prove-") as folder:
        root = Path(folder)
        bundle.render(service).write(root)
        rules = list(_rules(Promtool(promtool, root, arguments.jobs), console))
        router = Amtool(amtool, root, arguments.jobs)
        routes = list(_routes(router, console))
        route_cases = len(router.cases())
    for failure in (*rules, *routes):
        console.say(f"{console.tone('FAILED', Tone.BAD)} {failure.name}")
        for line in failure.said.splitlines():
            console.say(f"    {line}")
    found = list(coverage(service, rules))
    _print(found, console)
    console.say(
        f"routing: {route_cases - len(routes)}/{route_cases} alerts reach their receivers (amtool {amtool.version})"
    )
    _summary(found, promtool, console)
    return 1 if rules or routes else 0


def _for_installed(service: Service, amtool: Tool, console: Console) -> Service:
    """The service for the installed Alertmanager, where that is older than the target."""
    targets = service.settings.targets
    if amtool.version >= targets.alertmanager:
        return service
    console.note(
        f"note: proving the routing for the installed Alertmanager {amtool.version}, not {targets.alertmanager}"
    )
    return service.for_targets(targets.with_version("alertmanager", amtool.version))


def _rules(promtool: Promtool, console: Console) -> Iterator[Failure]:
    yield from promtool.check()
    yield from promtool.test(lambda done, total: console.progress(f"promtool: {done} of {total} test files"))


def _routes(amtool: Amtool, console: Console) -> Iterator[Failure]:
    yield from amtool.check()
    yield from amtool.test(lambda done, total: console.progress(f"amtool: {done} of {total} routes"))


def _print(found: list[SystemCoverage], console: Console) -> None:
    console.say(f"{'system':20} {'documented':>10} {'implied':>9} {'objectives':>10} {'cases':>6} {'failed':>6}")
    for system in found:
        console.say(
            f"{system.system:20} {f'{system.documented_proven}/{system.documented}':>10} "
            f"{f'{system.implied_proven}/{system.implied}':>9} "
            f"{f'{system.objectives_proven}/{system.objectives}':>10} {system.cases:>6} {system.failed:>6}"
        )


def _summary(found: list[SystemCoverage], promtool: Tool, console: Console) -> None:
    failed = sum(system.failed for system in found)
    proven = sum(system.documented_proven for system in found)
    documented = sum(system.documented for system in found)
    fewest = min((system.fewest for system in found if system.documented), default=0)
    most = max((system.most for system in found), default=0)
    cases = f"{most}" if fewest == most else f"{fewest} to {most}"
    text = f"{proven}/{documented} documented alerts, {cases} cases each, {failed} failed"
    text += f" (promtool {promtool.version})"
    console.say(console.tone(text, Tone.BAD if failed or proven < documented else Tone.GOOD))
