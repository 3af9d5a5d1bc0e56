"""Holds phases to promtool's notation, read back here by a small expander of our own."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.domain.duration import Duration
from generator.domain.signal import Aging, Bursting, Flow, Growing, Missing, Scripted, Series, Signal, Steady
from generator.domain.timeline import Phase, played

MINUTE = Duration(60_000)
X = Series("x", {"b": "2", "a": "1"})
ITEM = re.compile(r"(-?[0-9.]+)([+-][0-9.]+)x(\d+)")


def play(*phases: tuple[Flow, int]) -> str:
    """The values of one series that does one thing after the other, each for some minutes."""
    return played([Phase([Signal(X, flow)], MINUTE * minutes) for flow, minutes in phases], MINUTE)['x{a="1",b="2"}']


def expanded(values: str) -> list[Fraction | None]:
    """The samples that promtool makes of a notation."""
    samples: list[Fraction | None] = []
    for item in values.split():
        if item.startswith("_x"):
            samples.extend([None] * int(item[2:]))
        else:
            found = ITEM.fullmatch(item)
            assert found, item
            samples.extend(Fraction(found[1]) + Fraction(found[2]) * step for step in range(int(found[3]) + 1))
    return samples


@pytest.mark.parametrize(
    ("flow", "values"),
    [
        (Steady(Fraction(5)), "5+0x3"),
        (Steady(Fraction(1, 2)), "0.5+0x3"),
        (Growing(Fraction(1, 60)), "0+1x3"),
        (Growing(Fraction(0)), "0+0x3"),
        (Bursting(3, MINUTE * 2), "3+0x1 6+0x1"),
        (Bursting(0, MINUTE * 2), "0+0x3"),
        (Bursting(1, Duration(1)), "1+0x0 2+0x0 3+0x0 4+0x0"),
        (Aging(Fraction(90)), "-90+60x3"),
        (Missing(), "_x4"),
    ],
    ids=str,
)
def test_a_flow_is_written_as_promtool_reads_it(flow: Flow, values: str) -> None:
    assert play((flow, 4)) == values


@pytest.mark.parametrize(
    ("phases", "values"),
    [
        ([(Growing(Fraction(1, 60)), 3), (Growing(Fraction(1, 30)), 2)], "0+1x2 4+2x1"),
        ([(Growing(Fraction(1, 60)), 3), (Missing(), 2), (Growing(Fraction(1, 60)), 2)], "0+1x2 _x2 3+1x1"),
        ([(Bursting(2, MINUTE * 2), 3), (Bursting(0, MINUTE), 2)], "2+0x1 4+0x0 4+0x1"),
        ([(Missing(), 2), (Bursting(1, MINUTE * 9), 2)], "_x2 1+0x1"),
        ([(Steady(Fraction(1)), 2), (Steady(Fraction(0)), 2)], "1+0x1 0+0x1"),
        ([(Aging(Fraction(0)), 2), (Aging(Fraction(60)), 2)], "0+60x1 60+60x1"),
    ],
    ids=["faster", "a gap", "quiet after bursts", "born late", "a gauge falls", "a timestamp is left behind"],
)
def test_a_series_goes_on_from_where_it_was(phases: list[tuple[Flow, int]], values: str) -> None:
    assert play(*phases) == values


def test_a_series_that_a_phase_does_not_name_is_missing_in_it() -> None:
    other = Series("y", {})

    found = played(
        [Phase([Signal(X, Steady(Fraction(1)))], MINUTE), Phase([Signal(other, Steady(Fraction(2)))], MINUTE)], MINUTE
    )

    assert found == {'x{a="1",b="2"}': "1+0x0 _x1", "y": "_x1 2+0x0"}


def test_a_script_is_played_as_it_is() -> None:
    found = played([Phase([Scripted('x{a="1"}', "0+1x60")], MINUTE * 5)], MINUTE)

    assert found == {'x{a="1"}': "0+1x60"}


counters = st.one_of(
    st.integers(0, 600).map(lambda each_minute: Growing(Fraction(each_minute, 60))),
    st.tuples(st.integers(0, 5), st.integers(1, 5)).map(lambda burst: Bursting(burst[0], MINUTE * burst[1])),
    st.just(Missing()),
)


@given(st.lists(st.tuples(counters, st.integers(0, 9)), min_size=1, max_size=5))
def test_a_counter_never_falls_and_has_one_sample_a_minute(phases: list[tuple[Flow, int]]) -> None:
    samples = expanded(play(*phases))

    there = [sample for sample in samples if sample is not None]
    assert len(samples) == sum(minutes for _, minutes in phases)
    assert there == sorted(there)


@given(st.fractions(0, 10**6, max_denominator=1000), st.integers(1, 30))
def test_a_timestamp_always_lies_as_far_back(age: Fraction, minutes: int) -> None:
    samples = expanded(play((Aging(age), minutes)))

    for minute, sample in enumerate(samples):
        assert sample is not None
        assert abs(minute * 60 - sample - age) <= age / 10**11
