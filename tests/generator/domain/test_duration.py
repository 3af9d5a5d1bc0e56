"""Holds durations to Prometheus' notation and to exact arithmetic."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.domain.duration import Duration
from generator.errors import ValueProblem

MINUTE = Duration(60_000)
lengths = st.integers(min_value=0, max_value=10**11).map(Duration)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("0", 0),
        ("0s", 0),
        ("0m", 0),
        ("1ms", 1),
        ("30s", 30_000),
        ("90s", 90_000),
        ("10m", 600_000),
        ("1h30m", 5_400_000),
        ("1d", 86_400_000),
        ("2w", 1_209_600_000),
        ("1w1d1h1m1s1ms", 694_861_001),
    ],
)
def test_a_duration_is_read_to_the_millisecond(text: str, milliseconds: int) -> None:
    assert Duration.parse(text).milliseconds == milliseconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "10",
        "m",
        "10 m",
        "-5m",
        "1.5h",
        "10min",
        "5M",
        "1y",
        "1m1h",
        "5m5m",
        "1ms1s",
        "٣m",
        "10m\n",
        "1" * 13 + "s",
    ],
    ids=ascii,
)
def test_what_prometheus_would_not_read_is_refused(text: str) -> None:
    with pytest.raises(ValueProblem, match="is not a duration; write a number and a unit"):
        Duration.parse(text)


@pytest.mark.parametrize("text", ["522w", "3651d", "999999999999w"])
def test_more_than_ten_years_are_refused(text: str) -> None:
    with pytest.raises(ValueProblem, match="longer than ten years"):
        Duration.parse(text)


@given(lengths)
def test_what_is_written_is_read_back(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0s"), (90_000, "1m30s"), (86_400_000, "1d"), (604_800_000, "7d"), (259_200_000, "3d"), (1_001, "1s1ms")],
)
def test_a_duration_is_written_in_descending_units_of_at_most_days(milliseconds: int, text: str) -> None:
    assert str(Duration(milliseconds)) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0s", "0 seconds"),
        ("1m", "1 minute"),
        ("1h30m", "1 hour 30 minutes"),
        ("30d", "30 days"),
        ("5ms", "5 milliseconds"),
    ],
)
def test_a_duration_is_spoken(text: str, words: str) -> None:
    assert Duration.parse(text).in_words() == words


@given(lengths, st.integers(min_value=1, max_value=3600))
def test_a_divided_duration_is_never_longer_and_vanishes_only_if_it_was_nothing(one: Duration, divisor: int) -> None:
    divided = one // divisor

    assert divided.milliseconds * divisor <= max(one.milliseconds, divisor)
    assert bool(divided) == bool(one)


@given(lengths, st.integers(min_value=1, max_value=10**7).map(Duration))
def test_rounding_up_gives_the_next_multiple(one: Duration, step: Duration) -> None:
    rounded = one.round_up(step)

    assert rounded.ratio(step).denominator == 1
    assert Duration(0) <= rounded - one < step


def test_arithmetic_is_exact() -> None:
    assert MINUTE * 3 - MINUTE + Duration(1) == Duration(120_001)
    assert MINUTE.ratio(Duration(7)) == Fraction(60_000, 7)
    assert Duration(1).seconds == Fraction(1, 1000)
    assert Duration.of_seconds(Fraction(1, 3)) == Duration(333)


@given(st.lists(lengths))
def test_durations_sort_by_length(durations: list[Duration]) -> None:
    assert [one.milliseconds for one in sorted(durations)] == sorted(one.milliseconds for one in durations)
