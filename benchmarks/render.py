"""The five-system bundle from a cold start, beside a bare interpreter and one that only imports the generator."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.process import IMPORT_ONLY, PYTHON, ROOT, Cost, typical
from benchmarks.report import Goal, shown, table

RUNS = 7
SECONDS = 0.5
MEGABYTES = 120.0


def measure() -> Iterator[Goal]:
    """Print the table and give the goals."""
    with tempfile.TemporaryDirectory() as folder:
        bare, imported, rendered = typical(
            RUNS,
            lambda _: (PYTHON, "-c", "pass"),
            lambda _: IMPORT_ONLY,
            lambda number: render_command(ROOT / "slo.yaml", Path(folder, str(number))),
        )
    lines = {"python -c pass": bare, "import only": imported, "tocsin render": rendered}
    table(
        f"The five-system bundle, cold start (median of {RUNS} runs)",
        ("run", "wall s", "cpu s", "peak MB", "wall, times bare", "wall, times import", "peak, times bare"),
        [(name, *_figures(cost, bare, imported)) for name, cost in lines.items()],
    )
    yield Goal("five systems: wall time of a cold render", rendered.seconds, SECONDS, "s")
    yield Goal("five systems: peak memory of a cold render", rendered.megabytes, MEGABYTES, "MB")


def _figures(cost: Cost, bare: Cost, imported: Cost) -> tuple[str, ...]:
    return (
        shown(cost.seconds),
        shown(cost.cpu),
        shown(cost.megabytes),
        f"{cost.seconds / bare.seconds:.1f}",
        f"{cost.seconds / imported.seconds:.2f}",
        f"{cost.peak / bare.peak:.1f}",
    )


def render_command(spec: Path, out: Path) -> list[str]:
    """A render from nothing, as a user's shell starts it."""
    return [PYTHON, "-m", "generator", "render", "--spec", str(spec), "--out", str(out)]
