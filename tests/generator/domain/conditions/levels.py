"""What every kind of condition is asked about its levels."""

from typing import Final

from generator.domain.conditions import Condition, Level
from generator.domain.duration import Duration
from generator.domain.signal import Flow, Scripted, Signal

MINUTE: Final = Duration(60_000)


def flows(condition: Condition, level: Level) -> dict[str, Flow]:
    """Every series of a stimulus and what it does, sampled once a minute."""
    found = condition.stimulus(level, MINUTE)
    return {str(signal.series): signal.flow for signal in found if isinstance(signal, Signal)}


def scripts(condition: Condition, level: Level) -> dict[str, str]:
    """The same for series that a spec brings itself."""
    found = condition.stimulus(level, MINUTE)
    return {script.series: script.values for script in found if isinstance(script, Scripted)}


def held(condition: Condition) -> set[Level]:
    """The levels at which it is meant to hold."""
    return {level for level in Level if condition.holds(level)}
