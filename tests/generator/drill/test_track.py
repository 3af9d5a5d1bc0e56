"""What a live series shows at any moment."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from generator.domain.duration import Duration
from generator.domain.signal import Aging, Bursting, Flow, Growing, Missing, Steady
from generator.drill.exporter.track import Looping, Track

START = 1_000_000.0
SECOND = Duration(1_000)
GROWING = Growing(Fraction(3))

growth = st.one_of(
    st.builds(Growing, st.fractions(0, 1000)),
    st.builds(Bursting, st.integers(0, 10), st.just(Duration(7_000))),
    st.just(Missing()),
)


def test_a_gauge_stays_at_its_value() -> None:
    track = Track(Steady(Fraction(1, 4)), START)

    assert (track.value(START), track.value(START + 99)) == (0.25, 0.25)


def test_a_counter_grows_by_whole_events() -> None:
    track = Track(Growing(Fraction(1, 2)), START)

    assert [track.value(START + seconds) for seconds in (0, 1, 2, 5)] == [0, 0, 1, 2]


def test_a_burst_comes_at_once_and_again_after_its_time() -> None:
    track = Track(Bursting(4, Duration(10_000)), START)

    assert [track.value(START + seconds) for seconds in (0, 9.9, 10, 25)] == [4, 4, 8, 12]


def test_an_age_stays_the_same() -> None:
    track = Track(Aging(Fraction(60)), START)

    assert [seconds - (track.value(seconds) or 0) for seconds in (START, START + 500)] == [60, 60]


def test_what_is_missing_has_no_value() -> None:
    assert Track(Missing(), START).value(START) is None


def test_examples_go_round_and_round() -> None:
    track = Track(Looping((1.0, None, 3.0), SECOND), START)

    assert [track.value(START + seconds) for seconds in range(5)] == [1.0, None, 3.0, 1.0, None]


def test_healing_a_gauge_brings_its_healthy_value_back() -> None:
    track = Track(Steady(Fraction(2)), START)
    track.play(Steady(Fraction(9)), START + 5)
    track.heal(START + 10)

    assert track.value(START + 10) == 2


def test_a_breach_does_not_take_back_what_a_counter_has_counted() -> None:
    track = Track(GROWING, START)
    track.play(Growing(Fraction(0)), START + 10)

    assert [track.value(START + seconds) for seconds in (10, 100)] == [30, 30]


def test_a_restart_begins_at_the_beginning() -> None:
    track = Track(GROWING, START)
    track.restart(START + 100)

    assert [track.value(START + seconds) for seconds in (100, 101)] == [0, 3]


@given(st.lists(st.tuples(growth, st.floats(0.1, 100)), max_size=8))
def test_a_counter_never_falls_whatever_is_played(flows: list[tuple[Flow, float]]) -> None:
    track, now, seen = Track(GROWING, START), START, [0.0]
    for flow, length in flows:
        track.play(flow, now)
        seen += [value for value in (track.value(now), track.value(now + length)) if value is not None]
        now += length
    track.heal(now)
    seen.append(track.value(now) or 0.0)

    assert seen == sorted(seen)
