"""What is asked for and what is drawn of an answer."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.domain.chart import FINEST, MOST_LINES, POINTS, Line, chosen, is_about, narrower, span
from agent.domain.units import axis, shown

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LENGTHS = st.integers(1, 14 * 86_400).map(lambda seconds: timedelta(seconds=seconds))


def line(*points: tuple[timedelta, float], fires: bool = False, **labels: str) -> Line:
    return Line(labels, tuple(((NOON - ago).timestamp(), value) for ago, value in points), fires=fires)


@given(LENGTHS)
def test_a_whole_number_of_steps_fits_into_a_span_so_that_its_end_is_asked_for(length: timedelta) -> None:
    asked = span(NOON, length)

    assert (asked.end - asked.start) % asked.step == timedelta(0)


@given(LENGTHS)
def test_a_span_never_has_more_moments_than_a_screen_can_tell_apart_and_half_again(length: timedelta) -> None:
    asked = span(NOON, length)

    assert 1 <= (asked.end - asked.start) / asked.step <= POINTS * 1.5
    assert asked.step >= FINEST


@given(LENGTHS, LENGTHS)
def test_narrowing_keeps_everything_that_is_known(length: timedelta, known: timedelta) -> None:
    asked = span(NOON, length)
    lines = [line((min(known, NOON - asked.start), 1.0), (timedelta(0), 2.0))]
    narrowed = narrower(asked, lines)

    assert narrowed is None or narrowed.start.timestamp() <= lines[0].points[0][0]


@given(LENGTHS, LENGTHS)
def test_narrowing_always_comes_to_an_end(length: timedelta, known: timedelta) -> None:
    asked = span(NOON, length)
    lines = [line((min(known, NOON - asked.start), 1.0), (timedelta(0), 2.0))]
    for _ in range(20):
        narrowed = narrower(asked, lines)
        if narrowed is None:
            return
        assert narrowed.end - narrowed.start < asked.end - asked.start
        asked = narrowed
    raise AssertionError("it goes on for ever")


def test_ten_minutes_of_history_are_not_drawn_into_six_hours_of_nothing() -> None:
    asked = span(NOON, timedelta(hours=6))
    narrowed = narrower(asked, [line((timedelta(minutes=10), 1.0), (timedelta(0), 1.0))])

    assert narrowed is not None
    assert timedelta(minutes=10) <= NOON - narrowed.start <= timedelta(minutes=15)


def test_a_span_that_is_half_full_stays_as_it_is() -> None:
    asked = span(NOON, timedelta(hours=6))

    assert narrower(asked, [line((timedelta(hours=3), 1.0))]) is None


def test_nothing_at_all_is_not_narrowed() -> None:
    assert narrower(span(NOON, timedelta(hours=6)), [Line({}, ())]) is None


def test_what_fires_is_drawn_first_and_then_what_is_largest() -> None:
    small, large, firing = (
        line((timedelta(0), 1.0), name="small"),
        line((timedelta(0), -9.0), name="large"),
        line((timedelta(0), 0.5), fires=True, name="firing"),
    )

    assert chosen([small, Line({}, ()), large, firing]) == (firing, large, small)


def test_no_more_are_drawn_than_can_be_told_apart() -> None:
    assert len(chosen([line((timedelta(0), float(n))) for n in range(50)])) == MOST_LINES


def test_a_series_is_what_an_alert_is_about_when_the_alert_has_all_its_labels() -> None:
    alerts = [{"alertname": "A", "queue": "slow", "severity": "warning"}]

    assert is_about({"queue": "slow"}, alerts)
    assert is_about({}, alerts)
    assert not is_about({"queue": "fast"}, alerts)
    assert not is_about({"queue": "slow", "instance": "a"}, alerts)
    assert not is_about({}, [])


def test_numbers_are_shown_in_their_unit() -> None:
    assert [shown(0.205, "ratio"), shown(5400, "seconds"), shown(800, "milliseconds"), shown(2.5e9, "bytes")] == [
        "20.5 %", "1.5 h", "800 ms", "2.5 GB",
    ]  # fmt: skip
    assert (shown(12, "seconds"), shown(300, "bytes"), shown(-0.5, "ratio"), shown(7, "runs")) == (
        "12 s", "300 B", "-50 %", "7",
    )  # fmt: skip
    assert (axis("ratio"), axis("runs")) == ("", "runs")


def test_large_numbers_are_not_written_with_an_exponent() -> None:
    assert shown(1_234_567, "messages") == "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567"
