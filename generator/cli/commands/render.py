"""`tocsin render`: write the bundle, all of it or nothing, and say what changed."""

import argparse
from collections import Counter

from generator.bundle import Drift
from generator.cli import request
from generator.cli.console import Console, Tone
from generator.domain import routes
from generator.errors import TocsinError


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Render and write; exit 0."""
    if arguments.time_scale != 1 and not arguments.out:
        raise TocsinError(
            "--time-scale: a scaled bundle is for rehearsals and must not replace the real one; add --out DIR"
        )
    wanted = request.read(arguments)
    rendered = wanted.bundle()
    differences = rendered.write(wanted.root)
    count = Counter(difference.drift for difference in differences)
    console.say(
        f"rendered {len(rendered.artifacts)} files: {count[Drift.MISSING]} new, {count[Drift.CHANGED]} changed, "
        f"{count[Drift.ORPHAN]} no longer rendered"
    )
    folders = Counter("/".join(artifact.path.parts[:2]) for artifact in rendered.artifacts)
    for folder, files in sorted(folders.items()):
        console.note(f"  {folder:26} {files:>4} file{'s' if files > 1 else ''}")
    for difference in differences:
        if difference.drift is Drift.ORPHAN:
            gone = "removed" if not (wanted.root / difference.path).exists() else "left alone, it is not ours"
            console.note(f"  {difference.path}: {gone}")
    for note in (*wanted.service.notes, *routes.losses(wanted.service)):
        console.note(console.tone(f"note: {note}", Tone.ATTENTION))
    return 0
