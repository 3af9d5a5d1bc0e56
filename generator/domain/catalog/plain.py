"""The small values of the catalogue: numbers, thresholds, steps."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from generator.domain.conditions import Threshold
from generator.domain.procedure import Action, Step

Entry: TypeAlias = dict[str, object]


def number(value: Fraction) -> int | float:
    """The number as JSON has it."""
    return value.numerator if value.denominator == 1 else float(value)


def threshold_entry(threshold: Threshold | None) -> Entry | None:
    """A threshold for machines and, under `shown`, for people."""
    if threshold is None:
        return None
    return {
        "comparison": str(threshold.comparison),
        "value": number(threshold.value),
        "unit": str(threshold.unit),
        "shown": threshold.in_words(),
    }


def step_entries(steps: Iterable[Step]) -> list[Entry]:
    """Steps; `run` and `action` are there only where the step has one."""
    return [_step(step) for step in steps]


def _step(step: Step) -> Entry:
    entry: Entry = {"text": step.text}
    if step.run:
        entry["run"] = step.run
    if step.action:
        entry["action"] = _action(step.action)
    return entry


def _action(action: Action) -> Entry:
    entry: Entry = {"method": action.method, "path": action.path}
    if action.body is not None:
        entry["body"] = dict(action.body)
    if action.values:
        entry["values"] = dict(action.values)
    return entry
