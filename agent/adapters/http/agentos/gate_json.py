"""Regression gates and their verdicts in JSON."""

from typing import Final

from agent.adapters.http.shapes import FLAG, INTEGER, MOMENT, NUMBER, TEXT, Json, Schema, moment, or_null, record, words
from agent.domain.regression import Comparator, Gate, GateSeverity, Judged, Measure, Verdict

GATE: Final[Schema] = record(
    "RegressionGate",
    {
        "id": TEXT,
        "organization_id": TEXT,
        "role_id": {**or_null(TEXT), "description": "the profile, or null for all together"},
        "metric_name": words(Measure),
        "comparator": words(Comparator),
        "threshold": NUMBER,
        "lookback_days": INTEGER,
        "min_samples": INTEGER,
        "severity": words(GateSeverity),
        "is_enabled": FLAG,
        "created_at": MOMENT,
    },
)
JUDGED: Final[Schema] = record(
    "GateEvaluation",
    {
        "gate_id": TEXT,
        "metric_name": words(Measure),
        "comparator": words(Comparator),
        "threshold": NUMBER,
        "baseline_value": or_null(NUMBER),
        "current_value": or_null(NUMBER),
        "delta_value": or_null(NUMBER),
        "sample_count": INTEGER,
        "verdict": words(Verdict),
        "blocked": FLAG,
        "severity": words(GateSeverity),
    },
)


def gate_json(gate: Gate, organization: str) -> Json:
    """A gate."""
    return {
        "id": gate.id,
        "organization_id": organization,
        "role_id": gate.role_scope or None,
        "metric_name": gate.measure,
        "comparator": gate.comparator,
        "threshold": gate.threshold,
        "lookback_days": gate.lookback_days,
        "min_samples": gate.min_samples,
        "severity": gate.severity,
        "is_enabled": gate.enabled,
        "created_at": moment(gate.created_at),
    }


def judged_json(judged: Judged) -> Json:
    """What a gate said."""
    return {
        "gate_id": judged.gate.id,
        "metric_name": judged.gate.measure,
        "comparator": judged.gate.comparator,
        "threshold": judged.gate.threshold,
        "baseline_value": judged.baseline,
        "current_value": judged.current,
        "delta_value": judged.delta,
        "sample_count": judged.samples,
        "verdict": judged.verdict,
        "blocked": judged.verdict is Verdict.BLOCK,
        "severity": judged.gate.severity,
    }
