"""Waiting until nothing is wrong any more."""

from collections.abc import Collection

from generator.drill.watching.views import View
from generator.errors import TocsinError

PATIENCE = 90.0


async def settled(view: View, always: Collection[str]) -> None:
    """Return when no alert is active, here or there, but those that always are.

    Raises:
        TocsinError: naming what is wrong, when patience ends.
    """
    if not await view.until(lambda: view.has_looked and not _wrong(view, always), PATIENCE):
        raise TocsinError(f"{', '.join(_wrong(view, always)) or 'nothing is known'} although nothing is breached")


def _wrong(view: View, always: Collection[str]) -> list[str]:
    found = {
        f"{labels['alertname']} is {state}" for state, labels in view.in_prometheus if labels["alertname"] not in always
    }
    found |= {
        f"{labels['alertname']} is told of" for labels in view.in_alertmanager if labels["alertname"] not in always
    }
    return sorted(found)
