"""promtool fills a data folder: with raw samples, then with what recording rules would have made of them."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.server import serving
from generator.domain.rule import RecordingRule
from generator.emit import Plain, emit

_PATIENCE = 120.0
_POINTS = 11_000
"""The most points per series that Prometheus answers in one query."""
_BLOCKS = (486, 162, 54, 18, 6, 2)
"""Hours that a block may span, as promtool has them."""
_READ = re.compile(r"\b([a-z_]+:[a-zA-Z0-9_:]+)\{")
_READ_OVER_RANGE = re.compile(_READ.pattern + r"[^}]*\}\[")


def import_openmetrics(text: Path, data: Path) -> None:
    """Put samples that were written as OpenMetrics text into a data folder."""
    _promtool(data.parent, "openmetrics", f"--max-block-duration={_BLOCKS[0]}h", text.name, data.name)


def record(data: Path, rules: Sequence[RecordingRule], start: int, end: int, every: int) -> None:
    """Record what the rules would have recorded between two moments.

    The rules see what the folder holds already, not one another: that is how promtool does it.
    """
    folder = data.parent
    staged, file = folder / "staged", folder / "backfill.yaml"
    group: Plain = {"name": "backfill", "interval": f"{every}s", "rules": [_plain(rule) for rule in rules]}
    file.write_text(emit({"groups": [group]}), encoding="utf-8")
    hours = next(hours for hours in _BLOCKS if hours * 3600 / every < _POINTS)
    with serving(data) as server:
        span = (f"--start={start}", f"--end={end}", f"--max-block-duration={hours}h")
        _promtool(folder, "rules", f"--url={server.url}", *span, f"--output-dir={staged.name}", file.name)
    for block in staged.iterdir():
        shutil.move(block, data / block.name)
    staged.rmdir()


def in_order(rules: Sequence[RecordingRule]) -> Iterator[Sequence[RecordingRule]]:
    """The rules in passes, each of which reads only what earlier passes recorded."""
    depths: dict[str, int] = {}
    for rule in rules:
        depths[rule.record] = 1 + max((depths.get(name, -1) for name in _READ.findall(rule.expression)), default=-1)
    for depth in range(max(depths.values()) + 1):
        yield [rule for rule in rules if depths[rule.record] == depth]


def read_over_range(expressions: Sequence[str]) -> set[str]:
    """Records whose past the expressions read, not only their newest value."""
    return {name for expression in expressions for name in _READ_OVER_RANGE.findall(expression)}


def _plain(rule: RecordingRule) -> Plain:
    return {"record": rule.record, "expr": rule.expression, "labels": dict(rule.labels)}


def _promtool(folder: Path, source: str, *arguments: str) -> None:
    """Run promtool inside the folder: rules are evaluated at moments that depend on their file's name."""
    command = ["promtool", "tsdb", "create-blocks-from", source, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
