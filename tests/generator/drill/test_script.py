"""promtool's notation as numbers, held to what promtool documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.domain.signal import Scripted
from generator.drill.exporter.script import series_of, values_of
from generator.errors import TocsinError


def values(text: str) -> tuple[float | None, ...]:
    return values_of(Scripted("a", text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 2.5 -3", (1, 2.5, -3)),
        ("1+2x3", (1, 3, 5, 7)),
        ("10-2x2", (10, 8, 6)),
        ("-2+4x2", (-2, 2, 6)),
        ("7x2", (7, 7, 7)),
        ("_ 1 _x2 4", (None, 1, None, None, 4)),
        ("1 stale 2", (1, None, 2)),
        ("1e3 1E-1x0", (1000, 0.1)),
    ],
)
def test_it_reads_as_promtool_does(text: str, expected: tuple[float | None, ...]) -> None:
    assert values(text) == expected


@given(st.integers(-100, 100), st.integers(0, 50), st.integers(0, 50))
def test_a_run_has_one_value_more_than_it_says(first: int, step: int, times: int) -> None:
    found = values(f"{first}+{step}x{times}")

    assert (len(found), found[0], found[-1]) == (times + 1, first, first + step * times)


@pytest.mark.parametrize("text", ["1+x3", "one", "1+1x", "{{schema:1}}"])
def test_anything_else_is_one_clear_error(text: str) -> None:
    with pytest.raises(TocsinError, match="is no value of a test series"):
        values(text)


def test_labels_that_prometheus_adds_are_left_out() -> None:
    found = series_of(Scripted('up_x{job="a", instance="b:1", kind="q\\"uoted"}', "1"))

    assert (found.name, found.labels) == ("up_x", {"kind": 'q"uoted'})


def test_what_is_no_series_is_one_clear_error() -> None:
    with pytest.raises(TocsinError, match="is no series"):
        series_of(Scripted("sum(a)", "1"))
