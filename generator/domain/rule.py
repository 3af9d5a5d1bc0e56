"""Prometheus rules and groups, and the one form that every consumer of them reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from generator.domain.duration import Duration


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """A query whose result is stored under a new name."""

    record: str
    expression: str
    labels: Mapping[str, str]

    def data(self) -> dict[str, object]:
        """The rule as a Prometheus rule file has it."""
        return {"record": self.record, "expr": self.expression, "labels": dict(self.labels)}


@dataclass(frozen=True, slots=True)
class AlertingRule:
    """A query whose every result is an alert."""

    alert: str
    expression: str
    wait: Duration
    keep_firing: Duration
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    def data(self) -> dict[str, object]:
        """The rule as a Prometheus rule file has it, durations of zero left out."""
        found: dict[str, object] = {"alert": self.alert, "expr": self.expression}
        if self.wait:
            found["for"] = str(self.wait)
        if self.keep_firing:
            found["keep_firing_for"] = str(self.keep_firing)
        return found | {"labels": dict(self.labels), "annotations": dict(self.annotations)}


Rule: TypeAlias = RecordingRule | AlertingRule


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that are evaluated one after the other, each seeing what the ones before it recorded."""

    name: str
    interval: Duration
    rules: Sequence[Rule]

    def data(self) -> dict[str, object]:
        """The group as a Prometheus rule file has it, which PrometheusRule objects and Mimir wrap as it is."""
        return {
            "name": self.name,
            "interval": str(self.interval),
            "rules": [rule.data() for rule in self.rules],
        }
