"""Evaluations, standings and recommendations in JSON."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from agent.adapters.http.shapes import FLAG, INTEGER, NUMBER, TEXT, Json, Schema, many, or_null, record, text, words
from agent.domain.evaluation import Case, Measured
from agent.domain.quality import Signal
from agent.services.quality import Standing

_SHARE: Final[Schema] = {**NUMBER, "minimum": 0, "maximum": 1}
_MILLISECONDS: Final[Schema] = {**NUMBER, "minimum": 0, "maximum": 1e9}
_PRIORITIES: Final = ((0.8, "critical"), (0.5, "high"), (0.2, "medium"))

CASE: Final[Schema] = record(
    "EvaluationCase",
    {
        "scenario_id": text(200, 1),
        "expected": {"description": "the case passes when `observed` is equal to it"},
        "observed": {},
        "evidence_refs": {"type": "array", "description": "a case with at least one counts as covered"},
        "policy_decision": {
            **or_null(words(["allow", "deny", "require_approval"])),
            "description": "`deny` counts as a breach",
        },
        "latency_ms": _MILLISECONDS,
        "metadata": {"type": "object"},
    },
    optional=("evidence_refs", "policy_decision", "latency_ms", "metadata"),
)
THRESHOLDS: Final[Schema] = record(
    "EvaluationThresholds",
    {
        "accuracy": {**_SHARE, "default": 0.8},
        "evidence_coverage": {**_SHARE, "default": 0.7},
        "policy_compliance": {**_SHARE, "default": 0.95},
        "latency_p95_ms": {**_MILLISECONDS, "default": 3000},
    },
    optional=("accuracy", "evidence_coverage", "policy_compliance", "latency_p95_ms"),
)
EVALUATED: Final[Schema] = record(
    "OfflineEvaluation",
    {
        "organization_id": TEXT,
        "deployment_id": or_null(TEXT),
        "suite_name": TEXT,
        "passed": FLAG,
        "case_count": INTEGER,
        "metrics": many(
            record(
                "EvaluationMetric",
                {
                    "metric_name": TEXT,
                    "metric_value": NUMBER,
                    "threshold": NUMBER,
                    "comparator": words(["gte", "lte"]),
                    "passed": FLAG,
                },
            )
        ),
    },
)
STANDING: Final[Schema] = record(
    "QualityStanding",
    {
        "organization_id": TEXT,
        "role_scope": TEXT,
        "drift_score": {**or_null(_SHARE), "description": "null until five judgements of one kind are there"},
        "signals": many(record("QualitySignal", {"signal": words(Signal), "judged": INTEGER, "poor": INTEGER})),
    },
)
RECOMMENDATION: Final[Schema] = record(
    "Recommendation",
    {
        "id": TEXT,
        "organization_id": TEXT,
        "role_id": TEXT,
        "recommendation_type": words(Signal),
        "priority": words(["low", "medium", "high", "critical"]),
        "status": words(["open"]),
        "summary": TEXT,
        "source_signals": record("RecommendationSource", {"judged": INTEGER, "poor": INTEGER}),
    },
)
_ADVICE: Final = {
    Signal.FEEDBACK: "People reject this profile's work: read the rejected runs and correct its prompt or its model.",
    Signal.EVALUATION: "Evaluations fail: undo the profile's last change and run the failing scenarios again.",
    Signal.RUN: "Runs are scored low: compare the newest low ones with the last good ones, artefact by artefact.",
}


def case_of(told: Mapping[str, Any]) -> Case:
    """A case as it came."""
    return Case(
        scenario_id=told["scenario_id"],
        passed=told["expected"] == told["observed"],
        has_evidence=bool(told.get("evidence_refs")),
        complied=told.get("policy_decision") != "deny",
        latency_ms=float(told.get("latency_ms", 0)),
    )


def evaluated_json(organization: str, role: str, suite: str, cases: int, found: Sequence[Measured]) -> Json:
    """The suite's result."""
    return {
        "organization_id": organization,
        "deployment_id": role or None,
        "suite_name": suite,
        "passed": all(each.passed for each in found),
        "case_count": cases,
        "metrics": [_metric(each) for each in found],
    }


def standing_json(standing: Standing, organization: str) -> Json:
    """How a role stands."""
    signals = [{"signal": each, "judged": standing.judged[each], "poor": standing.poor[each]} for each in Signal]
    return {
        "organization_id": organization,
        "role_scope": standing.role_scope,
        "drift_score": standing.drift,
        "signals": signals,
    }


def recommendation_jsons(standing: Standing, organization: str) -> Iterator[Json]:
    """One for each signal that complains."""
    for signal in standing.complaints:
        judged, poor = standing.judged[signal], standing.poor[signal]
        yield {
            "id": f"{standing.role_scope}:{signal}",
            "organization_id": organization,
            "role_id": standing.role_scope,
            "recommendation_type": signal,
            "priority": _priority(poor / judged),
            "status": "open",
            "summary": _ADVICE[signal],
            "source_signals": {"judged": judged, "poor": poor},
        }


def _priority(share: float) -> str:
    return next((word for least, word in _PRIORITIES if share >= least), "low")


def _metric(measured: Measured) -> Json:
    return {
        "metric_name": measured.name,
        "metric_value": measured.value,
        "threshold": measured.threshold,
        "comparator": "gte" if measured.at_least else "lte",
        "passed": measured.passed,
    }
