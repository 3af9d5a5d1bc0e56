"""Holds the burn-rate windows to the numbers of the SRE workbook, written down here and computed nowhere.

https://sre.google/workbook/alerting-on-slos/: windows and factors in table 5-8, times to detect below table 5-6.
"""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.domain.duration import Duration
from generator.domain.windows import BurnWindow, burn_windows, wait
from tests.generator.specs import objective

MINUTE, HOUR, DAY = Duration(60_000), Duration(3_600_000), Duration(86_400_000)
MONTH = DAY * 30
STRICT = Fraction(999, 1000)

targets = st.integers(1, 99_999).map(lambda parts: Fraction(parts, 100_000))
periods = st.integers(4, 365).map(lambda days: DAY * days)


@pytest.mark.parametrize(
    ("index", "window", "expected"),
    [
        (0, BurnWindow(Fraction(2, 100), HOUR, MINUTE * 5, Fraction("14.4"), pages=True), MINUTE * 2),
        (1, BurnWindow(Fraction(5, 100), HOUR * 6, MINUTE * 30, Fraction(6), pages=True), MINUTE * 15),
        (2, BurnWindow(Fraction(10, 100), DAY, HOUR * 2, Fraction(3), pages=False), HOUR),
        (3, BurnWindow(Fraction(10, 100), DAY * 3, HOUR * 6, Fraction(1), pages=False), HOUR * 3),
    ],
    ids=["2 % in an hour", "5 % in six hours", "10 % in a day", "10 % in three days"],
)
def test_a_strict_target_over_thirty_days_has_the_workbooks_windows(
    index: int, window: BurnWindow, expected: Duration
) -> None:
    found = burn_windows(STRICT, MONTH)[index]

    assert found == window
    assert wait(found.short) == expected


@pytest.mark.parametrize(
    ("share", "minutes"),
    [(Fraction(1), Fraction(864, 1000)), (Fraction(1, 10), Fraction(864, 100)), (Fraction(144, 10_000), 60)],
    ids=["everything fails", "a tenth fails", "just the factor"],
)
def test_the_fast_page_fires_when_the_workbook_says(share: Fraction, minutes: Fraction) -> None:
    """Time to detect: (1 - SLO) / error ratio x long window x factor."""
    fast = burn_windows(STRICT, MONTH)[0]

    taken = (1 - STRICT) / share * fast.long.seconds * fast.factor / 60

    assert taken == minutes


@pytest.mark.parametrize(
    ("target", "longs", "factors"),
    [
        ("0.99", ["1h", "6h", "1d", "3d"], ["14.4", "6", "3", "1"]),
        ("0.95", ["1h", "6h", "1d", "3d"], ["14.4", "6", "3", "1"]),
        ("0.93", ["2h", "6h", "1d", "3d"], ["7.2", "6", "3", "1"]),
        ("0.9", ["2h", "6h", "1d", "3d"], ["7.2", "6", "3", "1"]),
        ("0.8", ["3h", "8h", "1d", "3d"], ["4.8", "4.5", "3", "1"]),
        ("0.5", ["8h", "19h", "1d13h", "3d"], ["1.8", "36/19", "72/37", "1"]),
    ],
)
def test_a_window_is_widened_to_the_largest_factor_that_an_outage_exceeds(
    target: str, longs: list[str], factors: list[str]
) -> None:
    found = burn_windows(Fraction(target), MONTH)

    assert [str(window.long) for window in found] == longs
    assert [window.factor for window in found] == [Fraction(factor) for factor in factors]


def test_a_widened_window_says_what_it_was() -> None:
    found = burn_windows(Fraction(8, 10), MONTH)

    assert [window.widened_from for window in found] == [HOUR, HOUR * 6, None, None]


@settings(max_examples=80)
@given(targets, periods)
def test_every_window_can_be_reached_and_is_news(target: Fraction, period: Duration) -> None:
    for window in burn_windows(target, period):
        assert 1 <= window.factor < 1 / (1 - target)
        assert window.factor == window.budget * period.ratio(window.long)
        assert window.short * 12 == window.long


@settings(max_examples=80)
@given(targets, periods)
def test_no_window_was_widened_further_than_it_had_to_be(target: Fraction, period: Duration) -> None:
    for window in burn_windows(target, period):
        if window.widened_from:
            assert window.budget * period.ratio(window.long - HOUR) >= 1 / (1 - target)


@settings(max_examples=80)
@given(targets, periods)
def test_no_two_windows_are_the_same(target: Fraction, period: Duration) -> None:
    longs = [window.long for window in burn_windows(target, period)]

    assert len(longs) == len(set(longs))


def test_a_short_period_has_no_window_in_which_a_lasting_budget_would_be_news() -> None:
    found = burn_windows(STRICT, DAY * 7)

    assert [(str(window.long), window.factor) for window in found] == [
        ("1h", Fraction("3.36")),
        ("6h", Fraction("1.4")),
    ]


@pytest.mark.parametrize("divisor", [1, 7, 60, 1000, 3600])
def test_scaled_windows_keep_their_factors(divisor: int) -> None:
    whole = objective("answers")

    scaled = whole.scaled(divisor)

    assert [window.factor for window in scaled.windows] == [window.factor for window in whole.windows]
    assert [scaled.wait(window) for window in scaled.windows] == [
        whole.wait(window) // divisor for window in whole.windows
    ]
