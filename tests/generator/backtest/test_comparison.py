"""Two specs over the same history."""

from generator.backtest.comparison import Compared, compared
from generator.backtest.judging import Episode
from generator.backtest.question import Question
from generator.backtest.verdict import Failed, Judged, NoData, Verdict


def question(alert: str, expression: str = "up == 0") -> Question:
    return Question(alert, "s", "warning", expression, 0.0, 0.0, 30.0)


def judged(*starts: float) -> Judged:
    return Judged(question("A"), 0, 900, tuple(((), Episode(start, start + 60)) for start in starts))


def differs(before: Verdict | None, after: Verdict | None) -> bool | None:
    return Compared("A", before, after).differs


def test_the_same_times_do_not_differ() -> None:
    assert differs(judged(30, 600), judged(30, 600)) is False


def test_another_time_differs_although_it_is_as_often_and_as_long() -> None:
    assert differs(judged(30), judged(60)) is True


def test_what_only_one_of_them_has_differs_when_it_would_have_fired() -> None:
    assert (differs(None, judged(30)), differs(judged(30), None)) == (True, True)


def test_what_only_one_of_them_has_does_not_differ_when_it_would_never_have_fired() -> None:
    assert (differs(None, judged()), differs(judged(), None)) == (False, False)
    assert differs(None, NoData(question("A"))) is False


def test_of_what_failed_nobody_knows_whether_it_differs() -> None:
    assert differs(Failed(question("A"), "too many"), judged(30)) is None
    assert differs(judged(), Failed(question("A"), "too many")) is None


def test_every_alert_of_both_is_there_in_the_order_of_the_second() -> None:
    rows = compared([question("A"), question("B")], [question("C"), question("B")], lambda _: judged())

    assert [(row.alert, row.before is None, row.after is None) for row in rows] == [
        ("C", True, False),
        ("B", False, False),
        ("A", False, True),
    ]


def test_what_is_the_same_in_both_is_asked_once() -> None:
    asked: list[str] = []

    def judge(one: Question) -> Verdict:
        asked.append(one.expression)
        return judged(30)

    list(compared([question("A"), question("B", "1")], [question("A"), question("B", "2")], judge))

    assert asked == ["up == 0", "2", "1"]


def test_a_verdict_adds_up_its_episodes() -> None:
    found = judged(30, 600)

    assert (found.times, found.seconds, found.longest, found.last) == (2, 120, 60, 600)
