"""`tocsin check`: is the bundle on disk the rendered one?"""

import argparse
import difflib
from pathlib import Path

from generator.bundle import Bundle, Difference, Drift
from generator.cli import request
from generator.cli.console import Console, Tone

_MEANING = {
    Drift.CHANGED: "differs from what slo.yaml renders",
    Drift.MISSING: "is rendered from slo.yaml and not there",
    Drift.ORPHAN: "is not rendered from slo.yaml",
}


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Compare; exit 0 when nothing differs, 1 otherwise."""
    wanted = request.read(arguments)
    rendered = wanted.bundle()
    differences = list(rendered.differences(wanted.root))
    for difference in differences:
        console.say(
            f"{console.tone(f'{difference.drift:8}', Tone.BAD)} {difference.path}: {_MEANING[difference.drift]}"
        )
        if arguments.show and difference.drift is Drift.CHANGED:
            _show(rendered, difference, wanted.root, console)
    if differences:
        console.say(f"{len(differences)} of {len(rendered.artifacts)} files differ; run `tocsin render` and commit")
        return 1
    console.say(f"{console.tone('same', Tone.GOOD)}: all {len(rendered.artifacts)} files are as slo.yaml renders them")
    return 0


def _show(rendered: Bundle, difference: Difference, root: Path, console: Console) -> None:
    text = next(artifact.text for artifact in rendered.artifacts if artifact.path == difference.path)
    old = (root / difference.path).read_text("utf-8", errors="replace")
    lines = difflib.unified_diff(old.splitlines(), text.splitlines(), "on disk", "rendered", lineterm="", n=1)
    for line in lines:
        console.say(f"    {line}")
