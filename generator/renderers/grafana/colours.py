"""The few colours, and what they mean: green is fine, orange wants attention, red is trouble."""

from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from generator.domain.severity import Severity

GREEN = "green"
ORANGE = "orange"
RED = "red"
BLUE = "blue"

BY_SEVERITY = {Severity.CRITICAL: RED, Severity.WARNING: ORANGE, Severity.INFO: BLUE}

OUTCOME_LABELS = ("status", "result", "outcome", "severity", "state")
"""Label keys whose values say how something went; a chart split by one of them is coloured by meaning."""

OUTCOMES = {
    RED: ("failed", "error", "rejected", "denied", "dead_letter", "missing", "critical", "5xx"),
    ORANGE: ("cancelled", "canceled", "expired", "timeout", "timed_out", "tail_timeout", "blocked", "warning", "4xx"),
    GREEN: ("completed", "succeeded", "done", "ok", "sent", "approved", "recorded", "2xx"),
}
"""Values of those labels by meaning; any other keeps a colour of the palette."""


def fixed(colour: str) -> DynamicConfigValue:
    """The property of an override that paints a series in one colour."""
    return DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})
