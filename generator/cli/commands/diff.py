"""`tocsin diff`: what rendering would change, in the words of somebody who is on call."""

import argparse
import json
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from generator.cli import request
from generator.cli.console import Console, Tone
from generator.domain import names
from generator.domain.catalog import catalog
from generator.domain.changes import Change, changes
from generator.errors import TocsinError


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print one line per change and how many files follow from them; exit 0."""
    wanted = request.read(arguments)
    rendered = wanted.bundle()
    differences = list(rendered.differences(wanted.root))
    old = _on_disk(wanted.root)
    if old is None:
        console.say(f"no bundle is rendered under {wanted.root} yet: all {len(rendered.artifacts)} files would be new")
        return 0
    _same_scale(old, wanted)
    new = json.loads(json.dumps(catalog(wanted.service)))
    if wanted.systems:
        old, new = _narrowed(old, wanted.systems), _narrowed(new, wanted.systems)
    found = list(dict.fromkeys(changes(old, new)))
    for change in found:
        console.say(_line(change, console))
    if differences and not found:
        console.say("the spec says the same; files were edited by hand, or rendered by another version of tocsin")
    console.say(f"{len(found)} changes; {len(differences)} of {len(rendered.artifacts)} files would change")
    return 0


def _same_scale(old: dict[str, Any], wanted: request.Request) -> None:
    """A bundle whose durations were divided differs from an undivided one in every number, and says nothing by it."""
    before, now = old.get("bundle", {}).get("time_scale", 1), wanted.service.time_scale
    if before != now:
        remedy = f"add --time-scale {before}" if before != 1 else "leave --time-scale out"
        raise TocsinError(f"{wanted.root}: the bundle there was rendered with --time-scale {before}; {remedy}")


def _line(change: Change, console: Console) -> str:
    tone = (
        Tone.BAD
        if "removed" in change.sentence
        else Tone.GOOD
        if change.sentence.startswith("new ")
        else Tone.ATTENTION
    )
    return f"{console.tone('~', tone)} {change}"


def _on_disk(root: Path) -> dict[str, Any] | None:
    place = root / names.CATALOG
    try:
        found = json.loads(place.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise TocsinError(f"{place}: cannot be read as a catalogue ({error}); run `tocsin render`") from None
    if not isinstance(found, dict):
        raise TocsinError(f"{place}: is no catalogue; run `tocsin render`")
    return found


def _narrowed(old: dict[str, Any], systems: AbstractSet[str]) -> dict[str, Any]:
    """The parts of a whole catalogue that belong to some systems."""
    found = dict(old)
    found["systems"] = {name: entry for name, entry in old.get("systems", {}).items() if name in systems}
    for part in ("alerts", "objectives"):
        found[part] = {name: entry for name, entry in old.get(part, {}).items() if entry.get("system") in systems}
    return found
