"""Offline evaluations: four figures, each against its documented threshold."""

import pytest

from agent.domain.evaluation import Case, Thresholds, assess


def case(*, passed: bool = True, has_evidence: bool = True, complied: bool = True, latency_ms: float = 10) -> Case:
    return Case(scenario_id="s", passed=passed, has_evidence=has_evidence, complied=complied, latency_ms=latency_ms)


def test_the_documented_thresholds_are_the_defaults() -> None:
    found = {each.name: (each.threshold, each.at_least) for each in assess([case()], Thresholds())}
    assert found == {
        "offline.accuracy": (0.8, True),
        "offline.evidence_coverage": (0.7, True),
        "offline.policy_compliance": (0.95, True),
        "offline.latency_p95_ms": (3000.0, False),
    }


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("offline.accuracy", [case()] * 8 + [case(passed=False)] * 2, [case()] * 7 + [case(passed=False)] * 3),
        (
            "offline.evidence_coverage",
            [case()] * 7 + [case(has_evidence=False)] * 3,
            [case()] * 6 + [case(has_evidence=False)] * 4,
        ),
        ("offline.policy_compliance", [case()] * 19 + [case(complied=False)], [case()] * 9 + [case(complied=False)]),
        ("offline.latency_p95_ms", [case(latency_ms=3000)], [case(latency_ms=3001)]),
    ],
)
def test_each_figure_passes_at_its_threshold_and_fails_beyond(name: str, good: list[Case], bad: list[Case]) -> None:
    def passed(cases: list[Case]) -> bool:
        return next(each.passed for each in assess(cases, Thresholds()) if each.name == name)

    assert (passed(good), passed(bad)) == (True, False)
