"""Holds the model of `rate()` to Prometheus' own formula, and boundary series to coming out on the boundary."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.domain.duration import Duration
from generator.domain.extrapolation import exact_rate, exact_share, rates

MINUTE = Duration(60_000)
windows = st.integers(120, 3600).map(lambda seconds: Duration(seconds * 1000))
shares = st.integers(1, 999).map(lambda thousandths: Fraction(thousandths, 1000))


@given(st.integers(1, 10**6), windows)
def test_both_versions_see_an_even_counter_grow_at_its_speed(increment: int, window: Duration) -> None:
    for found in rates(increment, MINUTE, window):
        assert found == pytest.approx(increment / 60, rel=1e-12)


def test_a_window_with_its_left_edge_holds_one_sample_more() -> None:
    closed, left_open = rates(60, MINUTE, MINUTE * 5)

    assert closed == 60 * 5 * (300 / 300 / 300)
    assert left_open == 60 * 4 * (300 / 240 / 300)


@settings(max_examples=80)
@given(shares, windows)
def test_a_share_is_exact_in_both_versions_or_not_claimed(share: Fraction, window: Duration) -> None:
    found = exact_share(share, MINUTE, window, lambda part, _, whole: part / whole == float(share))

    if found:
        part, whole = found
        assert part / whole == share
        for one, all_of_them in zip(
            rates(float(part), MINUTE, window), rates(float(whole), MINUTE, window), strict=True
        ):
            assert one / all_of_them == float(share)


def test_a_share_that_never_fits_is_not_claimed() -> None:
    assert exact_share(Fraction(1, 2), MINUTE, MINUTE * 5, lambda *_: False) is None


def test_a_share_has_as_many_events_as_are_asked_for() -> None:
    found = exact_share(Fraction(1, 50), MINUTE, MINUTE * 5, lambda *_: True, least=10)

    assert found == (Fraction(10), Fraction(500))


@pytest.mark.parametrize(
    ("per_second", "is_exact"),
    [(Fraction(1), True), (Fraction(5, 100), True), (Fraction(7, 100), False), (Fraction(1, 1000), False)],
    ids=["60 a minute", "3 a minute", "4.2 a minute", "0.06 a minute"],
)
def test_only_whole_events_make_an_exact_rate(per_second: Fraction, is_exact: bool) -> None:
    assert exact_rate(per_second, MINUTE, MINUTE * 10) is is_exact
