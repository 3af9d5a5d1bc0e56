"""The command that silences an alert, in the syntax of amtool."""

import shlex
from collections.abc import Iterable

from generator.domain.selector import quoted


def silence(alert_name: str, labels: Iterable[str]) -> str:
    """Two hours for one alert, or for the one instance whose label values are filled in."""
    matchers = [f"alertname={alert_name}", *(f"{label}={quoted(f'{{{label}}}')}" for label in labels)]
    return (
        'amtool silence add --alertmanager.url="${ALERTMANAGER_URL:-http://localhost:9093}" \\\n'
        '  --duration=2h --comment="why, and who is on it" \\\n'
        f"  {shlex.join(matchers)}"
    )
