"""When an alert would have fired, from the moments at which its expression had a result."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from generator.backtest.judging import Episode, Judge, episodes

STEP = 30.0


def judged(pattern: str, wait: float = 0.0, keep: float = 0.0) -> list[Episode]:
    """`#` is a result, `.` is none; one look every 30 seconds from zero on."""
    looks = [(number * STEP, mark == "#") for number, mark in enumerate(pattern)]
    return list(episodes(looks, wait, keep))


def model(looks: Sequence[bool], wait: int, keep: int) -> list[tuple[int, int, bool]]:
    """The same by rule manager's states, spelled out look by look: inactive, pending, firing, kept."""
    found, state, since, fired, gone = [], "inactive", 0, 0, 0
    for at, holds in enumerate(looks):
        if holds and state == "inactive":
            state, since = "pending", at
        if holds and state == "kept":
            state = "firing"
        if holds and state == "pending" and at >= since + wait:
            state, fired = "firing", at
        if not holds and state == "pending":
            state = "inactive"
        if not holds and state == "firing" and keep:
            state, gone = "kept", at
        if not holds and (state == "firing" or (state == "kept" and at >= gone + keep)):
            found.append((fired, at, False))
            state = "inactive"
    if state in {"firing", "kept"}:
        found.append((fired, len(looks) - 1, True))
    return found


@given(st.lists(st.booleans(), max_size=60), st.integers(0, 6), st.integers(0, 6))
def test_it_judges_as_the_states_of_an_alert_go(looks: list[bool], wait: int, keep: int) -> None:
    found = episodes(((float(at), holds) for at, holds in enumerate(looks)), float(wait), float(keep))

    assert [(int(one.start), int(one.end), one.goes_on) for one in found] == model(looks, wait, keep)


@given(st.lists(st.booleans(), max_size=60), st.integers(0, 6), st.integers(0, 6), st.integers(0, 60))
def test_a_judge_that_is_idle_may_be_forgotten(looks: list[bool], wait: int, keep: int, cut: int) -> None:
    whole = list(episodes(((float(at), holds) for at, holds in enumerate(looks)), float(wait), float(keep)))
    judge, found = Judge(float(wait), float(keep)), []
    for at, holds in enumerate(looks):
        if at == cut and judge.is_idle:
            judge = Judge(float(wait), float(keep))
        if episode := judge.look(float(at), holds=holds):
            found.append(episode)
    if looks and (rest := judge.rest(float(len(looks) - 1))):
        found.append(rest)

    assert found == whole


def test_without_a_wait_it_fires_at_the_first_result() -> None:
    assert judged("..##..") == [Episode(60, 120)]


def test_with_a_wait_it_fires_only_when_the_result_has_lasted_as_long() -> None:
    assert judged(".#####.", wait=60) == [Episode(90, 180)]


def test_a_result_that_goes_too_early_starts_the_wait_anew() -> None:
    assert judged("##.##.", wait=60) == []


def test_keep_firing_for_bridges_a_gap() -> None:
    assert judged("###..###..........", keep=90) == [Episode(0, 330)]


def test_what_still_fires_at_the_end_is_told_to_go_on() -> None:
    assert judged("..##") == [Episode(60, 90, goes_on=True)]
