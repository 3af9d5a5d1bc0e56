"""Two specs over the same history."""

from generator.backtest.comparison import compared
from generator.backtest.judging import Episode
from generator.backtest.question import Question
from generator.backtest.running import Verdict


def verdict(alert: str, *starts: float) -> Verdict:
    question = Question(alert, "s", "warning", "up == 0", 0.0, 0.0, 30.0)
    return Verdict(question, tuple(((), Episode(start, start + 60)) for start in starts))


def test_the_same_times_do_not_differ() -> None:
    (row,) = compared([verdict("A", 30, 600)], [verdict("A", 30, 600)])

    assert not row.differs


def test_another_time_differs_although_it_is_as_often_and_as_long() -> None:
    (row,) = compared([verdict("A", 30)], [verdict("A", 60)])

    assert row.differs


def test_an_alert_that_only_one_of_them_has_is_shown() -> None:
    rows = {row.alert: (row.before is None, row.after is None) for row in compared([verdict("A")], [verdict("B")])}

    assert rows == {"A": (False, True), "B": (True, False)}


def test_a_new_alert_differs_even_if_it_would_never_have_fired() -> None:
    (row,) = compared([], [verdict("A")])

    assert row.differs


def test_a_verdict_adds_up_its_episodes() -> None:
    found = verdict("A", 30, 600)

    assert (found.times, found.seconds, found.longest, found.last) == (2, 120, 60, 600)
