"""`unit`: any plural noun, but not one that is nearly a word with a meaning of its own."""

import difflib

from generator.domain.quantity import Unit
from generator.spec.entry import Entry

MEASURES = ("seconds", "milliseconds", "timestamp", "bytes", "ratio", "state", "number")
"""Units that say how a number is written, compared and drawn; every other one is a noun for what is counted."""

_MEANT = {
    **dict.fromkeys(("s", "sec", "secs"), "seconds"),
    **dict.fromkeys(("ms", "msec", "millis"), "milliseconds"),
    **dict.fromkeys(("percent", "percentage", "share", "fraction"), "ratio"),
    **dict.fromkeys(("unixtime", "epoch", "time"), "timestamp"),
    "b": "bytes",
}
_NEAR = 0.85


def read_unit(entry: Entry) -> Unit:
    """The unit of an entry; a near miss of one that means something is noted."""
    unit = Unit.parse(entry.text("unit"))
    if unit.name and unit.name not in MEASURES:
        near = difflib.get_close_matches(unit.name, MEASURES, n=1, cutoff=_NEAR)
        meant = _MEANT.get(unit.name) or (near[0] if near else "")
        if meant:
            entry.problem("unit", f"{unit.name!r} counts nothing", f"did you mean {meant!r}?")
            return Unit(meant, unit.per_second)
    return unit
