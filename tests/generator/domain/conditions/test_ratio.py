"""`ratio`: a share of events, right without traffic, without failures, and with one event a minute."""

from fractions import Fraction

import pytest
from promql_parser import BinaryExpr, parse

from generator.domain.conditions import Level
from generator.domain.extrapolation import rates
from generator.domain.signal import Growing, Missing
from tests.generator.domain.conditions.levels import MINUTE, flows, held
from tests.generator.specs import condition, refusal

BAD = 'requests_total{code="5xx"}'
WHEN = f"{{ratio: {{bad: '{BAD}', total: requests_total, over: 5m}}, above: 2%}}"
GOOD = "{ratio: {good: visits_total, total: requests_total, over: 5m}, below: 97%}"
FAILED, OK = (
    'requests_total{code="5xx",session="example-session"}',
    'requests_total{code="2xx",session="example-session"}',
)


def speeds(when: str, level: Level) -> dict[str, Fraction]:
    """Events per second of every series."""
    return {name: flow.per_second for name, flow in flows(condition(when), level).items() if isinstance(flow, Growing)}


def share(when: str, level: Level) -> Fraction:
    """The part of the whole that a stimulus makes, when the part is some of the whole's own series."""
    found = speeds(when, level)
    return found[FAILED] / sum(found.values())


def test_a_missing_part_counts_as_zero_and_no_traffic_gives_no_result() -> None:
    part, total = f"sum(rate({BAD}[5m]))", "sum(rate(requests_total[5m]))"

    assert condition(WHEN).expression == f"({part} or {total} * 0) / ({total} > 0) > 0.02"


def test_no_clamp_hides_an_idle_system() -> None:
    assert "clamp_min" not in condition(WHEN).expression


@pytest.mark.parametrize("by", ["", ", by: [session]"], ids=["over everything", "by label"])
def test_both_sides_are_summed_by_the_same_labels_so_none_is_lost_in_matching(by: str) -> None:
    found = condition(WHEN.replace("over: 5m", f"over: 5m{by}")).measured

    division = parse(found)
    assert isinstance(division, BinaryExpr)
    assert division.modifier is None
    assert found.count("sum by (session) (" if by else "sum(") == 3


def test_few_events_can_be_kept_from_deciding() -> None:
    found = condition(WHEN.replace("over: 5m", "over: 5m, min_events: 20"))

    assert found.expression.endswith("> 0.02 and sum(increase(requests_total[5m])) >= 20")
    assert all(sum(speeds(WHEN, level).values()) * 60 >= 20 for level in (Level.BREACHED, Level.AT_THRESHOLD))


def test_the_sentence_names_both_sides_the_window_and_the_threshold() -> None:
    found = condition(WHEN).sentence

    assert found == f"the share of `{BAD}` in `requests_total` over 5 minutes is above 2 %"


@pytest.mark.parametrize(
    ("level", "expected"),
    [(Level.BREACHED, "0.021"), (Level.AT_THRESHOLD, "0.02"), (Level.WITHIN, "0.019")],
    ids=str,
)
def test_the_boundary_is_made_of_the_part_and_the_rest(level: Level, expected: str) -> None:
    assert share(WHEN, level) == Fraction(expected)


@pytest.mark.parametrize("threshold", ["2%", "5%", "1.3%", "33.3%"])
@pytest.mark.parametrize("over", [3, 5, 10, 60])
def test_on_the_threshold_even_floats_find_the_threshold(threshold: str, over: int) -> None:
    """What Prometheus 2 and 3 make of the two counters, divided as they divide it, is the very number of the rule."""
    when = WHEN.replace("2%", threshold).replace("over: 5m", f"over: {over}m")
    found = speeds(when, Level.AT_THRESHOLD)
    limit = condition(when).threshold

    failed, fine = (rates(float(found[series] * 60), MINUTE, MINUTE * over) for series in (FAILED, OK))

    assert limit
    assert [part / (part + rest) for part, rest in zip(failed, fine, strict=True)] == [float(limit.value)] * 2


def test_a_part_of_another_metric_is_played_beside_the_whole() -> None:
    found = speeds(GOOD, Level.AT_THRESHOLD)

    assert found["visits_total"] / found[OK] == Fraction(97, 100)


@pytest.mark.parametrize(
    ("when", "level", "expected"),
    [
        (WHEN.replace("2%", "99%"), Level.BREACHED, Fraction(1)),
        (WHEN.replace("2%", "0%"), Level.WITHIN, Fraction(0)),
        (WHEN.replace("2%", "0%"), Level.BREACHED, Fraction(1)),
        (WHEN.replace("above: 2%", "below: 99%"), Level.WITHIN, Fraction(1)),
    ],
    ids=["not above all", "not below nothing", "above nothing", "not above all when below is bad"],
)
def test_a_share_stays_a_share_beside_an_extreme_threshold(when: str, level: Level, expected: Fraction) -> None:
    assert share(when, level) == expected


def test_an_idle_system_has_counters_that_stand_and_absent_data_has_none() -> None:
    found = condition(WHEN)

    assert set(flows(found, Level.IDLE).values()) == {Growing(Fraction(0))}
    assert set(flows(found, Level.ABSENT).values()) == {Missing()}
    assert held(found) == {Level.BREACHED}


def test_labels_come_from_the_part() -> None:
    found = condition(WHEN.replace("over: 5m", "over: 5m, by: [session]"))

    assert found.result_labels(MINUTE) == {"session": "example-session"}


def test_a_scaled_ratio_looks_back_less_far_for_the_same_share() -> None:
    found = condition(WHEN).scaled(60).expression

    assert "[5s]" in found
    assert "[5m]" not in found
    assert found.endswith("> 0.02")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("total: requests_total", "total: queue_length", "events cannot be counted with the gauge queue_length; use v"),
        ("total: requests_total", f"total: '{BAD}'", 'requests_total{code="5xx"} holds nothing but requests_total{'),
        ("total: requests_total", "total: 'requests_total{code=\"2xx\"}'", 'requests_total{code="2xx"} leaves out so'),
        (f"bad: '{BAD}'", "bad: requests_total", "requests_total holds nothing but requests_total; let total"),
        ("over: 5m", "over: 5m, by: [code]", "'code' tells one side of the ratio from the other; group by another"),
        (f"bad: '{BAD}'", f"good: '{BAD}', bad: '{BAD}'", "a ratio counts either bad or good events; write one of bad"),
        (f"bad: '{BAD}', ", "", "a ratio counts either bad or good events; write one of bad and good"),
        ("over: 5m", "over: 90s", "1m30s is too short to see a change; look back 2m or more; 5m is usual"),
        ("above: 2%", "above: 100%", "nothing is ever above 100 %; write a threshold that can be crossed"),
        ("above: 2%", "below: 0%", "nothing is ever below 0 %; write a threshold that can be crossed"),
        ("above: 2%", "above: 2", "'2' lies outside 0 % to 100 %; a ratio is a share; write it as 2% or 0.02"),
    ],
    ids=[
        "gauge", "total is the part", "total without the part", "part is the total", "by what splits", "both",
        "neither", "short window", "above all", "below nothing", "no share",
    ],
)  # fmt: skip
def test_what_is_no_share_is_refused(old: str, new: str, problem: str) -> None:
    assert refusal(WHEN.replace(old, new)).startswith(problem)


def test_labels_that_only_one_side_has_are_refused_because_they_would_never_match() -> None:
    when = "{ratio: {bad: visits_total, total: requests_total, over: 5m, by: [code]}, above: 2%}"

    assert refusal(when).startswith("visits_total has no label 'code'")
