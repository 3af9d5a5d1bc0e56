"""How time and memory grow with the number of objectives, beside PyYAML's C dumper writing the same rules."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, starmap
from math import log
from pathlib import Path

from benchmarks.process import IMPORT_ONLY, PYTHON, ROOT, Cost, middle, run, typical
from benchmarks.render import render_command
from benchmarks.report import Goal, shown, table
from benchmarks.synthetic import spec_text

RUNS: Mapping[int, int] = {10: 5, 100: 5, 1_000: 3, 5_000: 3}
"""Objectives, and how often each size is rendered."""

EXPONENT = 1.1
JUDGED = 1_000
SECONDS = 4.0
MEGABYTES = 250.0


@dataclass(frozen=True, slots=True)
class Size:
    """What one number of objectives took.

    Attributes:
        cost: of the whole cold render.
        working: its cost less that of a run that only imports.
        dumped: processor seconds of PyYAML's C dumper for the rules alone.
        emitted: processor seconds of our own emitter for the same.
    """

    objectives: int
    cost: Cost
    working: Cost
    dumped: float
    emitted: float

    def row(self) -> tuple[str, ...]:
        """The size as a row of the table."""
        return (
            f"{self.objectives:,}",
            shown(self.cost.seconds),
            shown(self.cost.cpu),
            shown(self.cost.megabytes),
            shown(self.working.seconds * 1000 / self.objectives),
            shown(self.dumped),
            f"{self.cost.cpu / self.dumped:.1f}",
            shown(self.emitted),
        )


_HEAD = ("objectives", "wall s", "cpu s", "peak MB", "ms each", "dumper cpu s", "cpu, times dumper", "emit cpu s")


def measure() -> Iterator[Goal]:
    """Print the tables and give the goals."""
    imported = typical(5, lambda _: IMPORT_ONLY)[0]
    sizes = [_measured(objectives, runs, imported) for objectives, runs in RUNS.items()]
    table(
        "Growth: cold render of N objectives (median of 5, 5, 3 and 3 runs), and PyYAML's C dumper for its rules alone",
        _HEAD,
        [size.row() for size in sizes],
    )
    exponents = list(starmap(_exponents, pairwise(sizes)))
    table(
        "Exponent between sizes (1 is linear; less an import-only run)",
        ("from", "to", "of cpu time", "of wall time"),
        [
            (f"{one.objectives:,}", f"{other.objectives:,}", f"{cpu:.2f}", f"{wall:.2f}")
            for (one, other), (cpu, wall) in zip(pairwise(sizes), exponents, strict=True)
        ],
    )
    judged = next(size.cost for size in sizes if size.objectives == JUDGED)
    yield Goal("growth: largest exponent of cpu time between sizes", max(cpu for cpu, _ in exponents), EXPONENT)
    yield Goal("1,000 objectives: wall time of a cold render", judged.seconds, SECONDS, "s")
    yield Goal("1,000 objectives: peak memory of a cold render", judged.megabytes, MEGABYTES, "MB")


def _measured(objectives: int, runs: int, imported: Cost) -> Size:
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder, "slo.yaml")
        spec.write_text(spec_text(objectives), encoding="utf-8")
        cost = middle([_rendered(spec, Path(folder, "out")) for _ in range(runs)])
        command = [PYTHON, "-m", "benchmarks.emission", str(spec)]
        found = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    working = Cost(cost.seconds - imported.seconds, cost.cpu - imported.cpu, cost.peak - imported.peak)
    return Size(objectives, cost, working, found["dump"], found["emit"])


def _rendered(spec: Path, out: Path) -> Cost:
    """One render; its files go at once, or the disk would still be busy with them during the next."""
    cost = run(*render_command(spec, out))
    shutil.rmtree(out)
    return cost


def _exponents(one: Size, other: Size) -> tuple[float, float]:
    """Of processor time, which is the program's own, and of wall time, which is also the disk's and the neighbours'."""
    larger = log(other.objectives / one.objectives)
    cpu, wall = other.working.cpu / one.working.cpu, other.working.seconds / one.working.seconds
    return log(cpu) / larger, log(wall) / larger
