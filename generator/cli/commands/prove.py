"""`tocsin prove`: run the committed proof with the installed programs and print the coverage."""

import argparse
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from generator import bundle
from generator.bundle import Difference, Drift
from generator.cli import request
from generator.cli.console import Console, Tone
from generator.cli.request import Request
from generator.domain.service import Service
from generator.errors import TocsinError
from generator.proof import Amtool, Failure, Promtool, SystemCoverage, coverage
from generator.tool import Tool

_SHOWN = 5
_LOADED = "monitoring/prometheus"


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Prove what lies on disk; exit 0 when everything held, 1 when something failed or is not as rendered."""
    wanted = request.read(arguments)
    targets = wanted.service.settings.targets
    promtool = Tool.find(arguments.promtool, "prometheus", targets.prometheus)
    amtool = Tool.find(arguments.amtool, "prometheus-alertmanager", targets.alertmanager)
    _tell_assumed((promtool, amtool), console)
    if not _is_rendered(wanted, console):
        return 1
    with _routed(wanted, amtool, console) as folder:
        prover = Promtool(promtool, wanted.root, arguments.jobs, _files(wanted))
        unreadable = list(prover.check())
        if unreadable:
            _tell(unreadable, console)
            console.say(console.tone("nothing was tested: the rules on disk cannot be loaded", Tone.BAD))
            return 1
        progress = console.progress
        rules = list(prover.test(lambda done, total: progress(f"promtool: {done} of {total} test files")))
        router = Amtool(amtool, folder, arguments.jobs, wanted.systems)
        routes = list(_routes(router, console))
        route_cases = len(router.cases())
    _tell((*rules, *routes), console)
    found = list(coverage(wanted.narrowed, rules))
    _print(found, console)
    console.say(
        f"routing: {route_cases - len(routes)}/{route_cases} alerts reach their receivers (amtool {amtool.version})"
    )
    _summary(found, promtool, console)
    return 1 if rules or routes else 0


def _tell_assumed(tools: Iterable[Tool], console: Console) -> None:
    for tool in tools:
        if tool.is_assumed:
            console.note(f"note: {tool.path} was built without a version; taken for {tool.version}, the target")


def _is_rendered(wanted: Request, console: Console) -> bool:
    """Whether the bundle on disk is the one of the spec, so that what holds for its files holds for the spec."""
    if not (wanted.root / "monitoring").is_dir():
        raise TocsinError(
            f"{wanted.root}: no bundle is rendered here; run `tocsin render` first, or name another --out"
        )
    differences = list(_differences(wanted))
    for difference in differences[:_SHOWN]:
        console.say(f"{console.tone(f'{difference.drift:8}', Tone.BAD)} {difference.path}")
    if differences:
        count = len(differences)
        console.say(f"{count} file{'s are' if count > 1 else ' is'} not as the spec renders; run `tocsin render` first")
    return not differences


def _differences(wanted: Request) -> Iterator[Difference]:
    """Every file that is not as rendered; Prometheus loads strange rules too, whichever systems are asked for."""
    rendered = wanted.bundle()
    yield from rendered.differences(wanted.root)
    if not rendered.whole:
        for difference in bundle.render(wanted.service).differences(wanted.root):
            if difference.drift is Drift.ORPHAN and difference.path.is_relative_to(_LOADED):
                yield difference


def _files(wanted: Request) -> set[str] | None:
    """Names of the rule and test files of the systems asked for."""
    if not wanted.systems:
        return None
    return {artifact.path.name for artifact in wanted.bundle().artifacts}


@contextmanager
def _routed(wanted: Request, amtool: Tool, console: Console) -> Iterator[Path]:
    """The folder whose Alertmanager configuration the installed amtool can read."""
    service: Service = wanted.service
    targets = service.settings.targets
    if amtool.version >= targets.alertmanager:
        yield wanted.root
        return
    console.note(
        f"note: the bundle is for Alertmanager {targets.alertmanager}; its routing is proven as it is rendered for the "
        f"installed {amtool.version}"
    )
    with tempfile.TemporaryDirectory(prefix="tocsin-prove-") as folder:
        older = service.for_targets(targets.with_version("alertmanager", amtool.version))
        bundle.render(older).write(Path(folder))
        yield Path(folder)


def _routes(amtool: Amtool, console: Console) -> Iterator[Failure]:
    yield from amtool.check()
    yield from amtool.test(lambda done, total: console.progress(f"amtool: {done} of {total} routes"))


def _tell(failures: Iterable[Failure], console: Console) -> None:
    """Every failure by its name; what a program said about several of them is printed once."""

    def said(failure: Failure) -> str:
        return failure.said

    for text, same in groupby(sorted(failures, key=said), said):
        for failure in same:
            console.say(f"{console.tone('FAILED', Tone.BAD)} {failure.name}")
        for line in text.splitlines():
            console.say(f"    {line}")


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
