"""Holds the proof of an objective to its windows at both sides of their factors, and to being about the budget."""

import re
from fractions import Fraction

import pytest

from generator.domain.case import Case
from generator.domain.duration import Duration
from generator.domain.objective import Objective
from generator.domain.objective_cases import objective_cases
from generator.spec import load_text
from tests.generator.specs import changed, objective, small

MINUTE, HOUR = Duration(60_000), Duration(3_600_000)
EVENTS, MINUTES = ["answers", "speed"], ["queue"]
FACTORS = ["14.4x over 1h", "6x over 6h", "3x over 1d", "1x over 3d"]


def cases(promise: Objective) -> dict[str, Case]:
    """The cases of an objective by what they prove."""
    return {case.truth: case for case in objective_cases(promise, MINUTE)}


def answers(**fields: str) -> Objective:
    """The objective on answers with other fields."""
    lines = "".join(f"        {name}: {value}\n" for name, value in fields.items() if name != "objective")
    target = fields.get("objective", "99.9%")
    return objective(
        "answers", load_text(changed("        objective: 99.9%\n", f"        objective: {target}\n{lines}"))
    )


def share(case: Case) -> Fraction:
    """Bad events among all, by the steps of the counters in a case of one phase."""
    steps = {name: Fraction(values.partition("+")[2].partition("x")[0]) for name, values in case.series.items()}
    bad = sum((step for name, step in steps.items() if 'code="5xx"' in name), Fraction(0))
    return bad / sum(steps.values())


@pytest.mark.parametrize("name", EVENTS)
def test_every_window_is_proven_on_both_sides_of_its_factor(name: str) -> None:
    found = set(cases(objective(name)))

    assert {f"fires 5 % above {factor}" for factor in FACTORS} <= found
    assert {f"is silent 5 % below {factor}" for factor in FACTORS} <= found


@pytest.mark.parametrize("name", EVENTS)
def test_traffic_its_absence_and_its_peak_are_proven(name: str) -> None:
    found = set(cases(objective(name)))

    assert {
        "clears after the trouble is over",
        "is silent without traffic, and keeps its budget",
        "is silent after one bad event of few",
        "counts a missing error series as zero errors",
        "weighs every event of the period the same, errors in a 100-fold peak",
    } <= found


@pytest.mark.parametrize("name", MINUTES)
def test_minutes_are_proven_in_their_own_truths(name: str) -> None:
    found = set(cases(objective(name)))

    assert {f"fires when every minute is bad, {factor}" for factor in FACTORS} <= found
    assert {
        "waits for its share of bad minutes",
        "clears after the trouble is over",
        "is silent without data",
        "is silent after a few bad minutes",
    } <= found


@pytest.mark.parametrize(
    ("factor", "allowed"),
    [(FACTORS[0], "0.0144"), (FACTORS[1], "0.006"), (FACTORS[2], "0.003"), (FACTORS[3], "0.001")],
    ids=FACTORS,
)
def test_the_traffic_burns_five_percent_beside_the_factor(factor: str, allowed: str) -> None:
    found = cases(objective("answers"))

    assert share(found[f"fires 5 % above {factor}"]) == Fraction(allowed) * Fraction(105, 100)
    assert share(found[f"is silent 5 % below {factor}"]) == Fraction(allowed) * Fraction(95, 100)


def test_the_window_that_is_expected_is_told_by_its_label() -> None:
    (check,) = cases(objective("answers"))["fires 5 % above 6x over 6h"].checks

    assert 'window="6h"' in check.expression
    assert 'severity="critical"' in check.samples[0].series


@pytest.mark.parametrize(
    ("fields", "factor", "least"),
    [
        ({}, "1x over 3d", 5),
        ({"objective": "99.999%"}, "1x over 3d", 5),
        ({"objective": "99.999%"}, "14.4x over 1h", 5),
        ({"min_errors": "1000"}, "1x over 3d", 1000),
    ],
    ids=["usual", "five nines", "five nines, fast", "many errors wanted"],
)
def test_burning_traffic_is_never_so_thin_that_too_few_errors_keep_it_silent(
    fields: dict[str, str], factor: str, least: int
) -> None:
    case = cases(answers(**fields))[f"fires 5 % above {factor}"]

    bad = next(values for name, values in case.series.items() if 'code="5xx"' in name)
    each_step = Fraction(bad.partition("+")[2].partition("x")[0])
    assert each_step * Duration(300_000).ratio(case.step) >= least


def test_a_strict_objective_is_proven_to_keep_quiet_about_one_bad_event() -> None:
    case = cases(objective("answers"))["is silent after one bad event of few"]

    assert all(not check.samples for check in case.checks)
    assert any(not re.search(r"window=", check.expression) for check in case.checks)


def test_a_peak_weighs_each_event_the_same() -> None:
    """Half the budget's share fails in one hour at a hundred times the traffic of the three clean hours before."""
    case = cases(objective("answers"))["weighs every event of the period the same, errors in a 100-fold peak"]

    truth = Fraction(1, 2000) * 100 / 103
    ratio, left = case.checks
    assert f"/ {float(truth):.12f}" in ratio.expression
    assert "slo:error_budget_remaining:ratio" in left.expression


def test_an_objective_with_fewer_windows_is_proven_in_those() -> None:
    text = changed("objective: 99.9%\n        window: 30d", "objective: 99.9%\n        window: 8d")

    found = cases(objective("answers", load_text(text)))

    assert [truth for truth in found if truth.startswith("fires")] == [
        "fires 5 % above 3.84x over 1h",
        "fires 5 % above 1.6x over 6h",
    ]


def test_a_share_of_all_events_is_not_exceeded() -> None:
    case = cases(answers(objective="80%"))["fires 5 % above 4.8x over 3h"]

    assert share(case) == 1


@pytest.mark.parametrize("name", [*EVENTS, *MINUTES])
@pytest.mark.parametrize("divisor", [1, 60])
def test_every_moment_that_is_looked_at_is_a_sample_of_the_series(name: str, divisor: int) -> None:
    promise, step = objective(name).scaled(divisor), MINUTE // divisor

    for case in objective_cases(promise, step):
        for check in case.checks:
            assert check.at.ratio(case.step).denominator == 1, case.truth


def test_many_bad_minutes_are_awaited_before_news_is_expected() -> None:
    text = changed("paging: false\n    alerts", "paging: false\n        min_errors: 90\n    alerts")

    case = cases(objective("queue", load_text(text)))["fires when every minute is bad, 14.4x over 1h"]

    assert case.checks[0].at > MINUTE * 90


def test_every_objective_of_the_small_spec_has_cases() -> None:
    assert all(list(objective_cases(promise, MINUTE)) for promise in small().objectives)
