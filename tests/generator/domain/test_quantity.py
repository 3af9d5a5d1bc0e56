"""Holds thresholds to the units that people write them in, and numbers to plain decimals without noise."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.domain.quantity import Unit, decimal
from generator.errors import ValueProblem


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        ("ratio", "2%", Fraction(2, 100)),
        ("ratio", "0.02", Fraction(2, 100)),
        ("ratio", "99.95 %", Fraction(9995, 10_000)),
        ("ratio", "100%", Fraction(1)),
        ("seconds", "45s", Fraction(45)),
        ("seconds", "45", Fraction(45)),
        ("seconds", "5000ms", Fraction(5)),
        ("seconds", "7h", Fraction(25_200)),
        ("seconds", "1d", Fraction(86_400)),
        ("seconds", "1w", Fraction(604_800)),
        ("milliseconds", "5000ms", Fraction(5000)),
        ("milliseconds", "5s", Fraction(5000)),
        ("milliseconds", "1m", Fraction(60_000)),
        ("bytes", "5GB", Fraction(5 * 10**9)),
        ("bytes", "5GiB", Fraction(5 * 2**30)),
        ("bytes", "1.5kB", Fraction(1500)),
        ("bytes", "7B", Fraction(7)),
        ("events/s", "0.05/s", Fraction(5, 100)),
        ("events/s", "0.05", Fraction(5, 100)),
        ("events", "1000", Fraction(1000)),
        ("events", "1e3", Fraction(1000)),
        ("state", "-1", Fraction(-1)),
    ],
)
def test_a_quantity_is_read_exactly_in_its_unit(unit: str, text: str, value: Fraction) -> None:
    assert Unit.parse(unit).read(text) == value


@pytest.mark.parametrize(
    ("unit", "text", "what"),
    [
        ("ratio", "2s", "is not a number of ratio"),
        ("ratio", "200%", "lies outside 0 % to 100 %"),
        ("ratio", "1.01", "lies outside 0 % to 100 %"),
        ("ratio", "-1%", "lies outside 0 % to 100 %"),
        ("seconds", "2%", "is not a number of seconds"),
        ("seconds", "5GB", "is not a number of seconds"),
        ("seconds", "-1s", "is negative"),
        ("bytes", "5s", "is not a number of bytes"),
        ("bytes", "5KB", "is not a quantity"),
        ("events", "5/s", "is not a number of events"),
        ("events", "5%", "is not a number of events"),
        ("events/s", "5s", "is not a number of events/s"),
        ("events", "many", "is not a quantity"),
        ("events", "", "is not a quantity"),
        ("events", "1,5", "is not a quantity"),
        ("events", "0x10", "is not a quantity"),
        ("events", "inf", "is not a quantity"),
        ("events", "٣", "is not a quantity"),
        ("events", "1" * 5000, "is not a quantity"),
        ("events", "1e999", "is not a quantity"),
        ("events", "1e16", "is too small or too large"),
        ("events/s", "1e-10", "is too small or too large"),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_a_quantity_of_another_kind_is_refused(unit: str, text: str, what: str) -> None:
    with pytest.raises(ValueProblem, match=re.escape(what)) as caught:
        Unit.parse(unit).read(text)

    assert caught.value.remedy


@pytest.mark.parametrize("unit", ["ratio", "seconds", "milliseconds", "bytes", "state", "events", "events/s"])
def test_the_example_in_a_remedy_is_itself_a_quantity(unit: str) -> None:
    assert Unit.parse(unit).read(Unit.parse(unit).example()) > 0


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("ratio", Fraction(2, 100), "2 %"),
        ("ratio", Fraction(999, 1000), "99.9 %"),
        ("seconds", Fraction(45), "45 s"),
        ("seconds", Fraction(60), "60 s"),
        ("seconds", Fraction(90), "90 s"),
        ("seconds", Fraction(300), "5 min"),
        ("seconds", Fraction(3600), "1 h"),
        ("seconds", Fraction(5400), "90 min"),
        ("seconds", Fraction(86_400), "1 d"),
        ("milliseconds", Fraction(5000), "5000 ms"),
        ("bytes", Fraction(5 * 10**9), "5 GB"),
        ("bytes", Fraction(999), "999 B"),
        ("events/s", Fraction(5, 100), "0.05 events/s"),
        ("events", Fraction(25), "25 events"),
        ("state", Fraction(1, 2), "0.5"),
    ],
)
def test_a_value_is_shown_as_a_person_says_it(unit: str, value: Fraction, shown: str) -> None:
    assert Unit.parse(unit).show(value) == shown


@pytest.mark.parametrize(
    ("unit", "template"),
    [
        ("ratio", "{{ $value | humanizePercentage }}"),
        ("seconds", "{{ $value | humanizeDuration }}"),
        ("bytes", "{{ $value | humanize1024 }}B"),
        ("milliseconds", '{{ $value | printf "%.6g" }} ms'),
        ("events", '{{ $value | printf "%.6g" }}'),
        ("events/s", "{{ $value | humanize }}/s"),
    ],
)
def test_an_annotation_shows_the_value_in_its_unit(unit: str, template: str) -> None:
    assert Unit.parse(unit).template() == template


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(999, 1000), "0.999"),
        (Fraction(1, 10**9), "0.000000001"),
        (Fraction(5 * 10**9), "5000000000"),
        (Fraction(-1, 2), "-0.5"),
        (Fraction(100), "100"),
        (Fraction(1, 3), "0.333333333333"),
        (Fraction(2, 3), "0.666666666667"),
        (Fraction(144, 10) * Fraction(1, 1000), "0.0144"),
        (1 - Fraction(999, 1000), "0.001"),
    ],
)
def test_a_number_is_written_as_a_plain_decimal(value: Fraction, text: str) -> None:
    assert decimal(value) == text


@given(st.decimals(min_value=0, max_value=10**12, places=9))
def test_a_number_of_finite_digits_is_written_exactly(value: object) -> None:
    exact = Fraction(str(value))

    assert Fraction(decimal(exact)) == exact


@given(st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6))
def test_no_number_is_written_with_an_exponent_or_noise(value: Fraction) -> None:
    text = decimal(value)

    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", text)
    assert abs(Fraction(text) - value) <= abs(value) / 10**11


@given(st.sampled_from(["ratio", "seconds", "bytes", "events", "events/s"]), st.integers(1, 1000), st.integers(1, 1000))
def test_a_written_value_is_read_back(unit: str, one: int, other: int) -> None:
    value = Fraction(min(one, other), 1000)

    assert Unit.parse(unit).read(decimal(value)) == value
