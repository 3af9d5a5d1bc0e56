"""From when on an alert is judged, and what happens when the server refuses one, or goes."""

from collections.abc import Callable, Mapping

import pytest

from generator.backtest import Backtest, Failed, History, Judged, NoData, Question
from generator.backtest.beginning import Beginnings
from generator.backtest.question import Reading
from generator.backtest.server import Stopped

from .answering import Answer, Form, answering, server_at

DAY = 86_400.0


def question(expression: str, *reads: Reading) -> Question:
    return Question("A", "s", "warning", expression, 0.0, 0.0, 30.0, reads=frozenset(reads))


def always(form: Form) -> Answer:
    """A result at every moment."""
    start, end, step = (round(float(form[name])) for name in ("start", "end", "step"))
    return 200, {"data": {"result": [{"metric": {}, "values": [[at, "1"] for at in range(start, end + 1, step)]}]}}


def since(asked: Question, seen: Mapping[Reading, float]) -> float | None:
    """From when on it was judged, and fired; None without data."""
    with answering(always) as (url, _):
        begins = Beginnings({reading: round(at * 1000) for reading, at in seen.items()})
        found = Backtest(History(server_at(url)), 0.0, DAY, begins).verdict(asked)
    if isinstance(found, NoData):
        return None
    assert isinstance(found, Judged)
    ((_, episode),) = found.episodes
    assert episode.start == found.since
    return episode.start


A, B, UP_A = Reading("a"), Reading("b"), Reading("up", "a")


@pytest.mark.parametrize(
    ("asked", "seen", "expected"),
    [
        (question("a > 1", A), {A: -60}, 0),
        (question("a > 1", A), {A: 600}, 600),
        (question("a > 1", A), {B: 600}, None),
        (question("a > 1", A), {Reading("a", "job"): 600, Reading("a", "other"): 300}, 300),
        (question("a / b", A, B), {A: 900, B: 600}, 600),
        (question("a / b", A, B), {B: 600}, 600),
        (question('absent(up{job="a"})', UP_A), {Reading("up", "b"): 60}, None),
        (question('absent(up{job="a"})', UP_A), {Reading("up", "b"): 60, UP_A: 600}, 600),
        (question("a unless absent(b)", A, B), {A: 600, B: 900}, 900),
        (question("a unless absent(b)", A, B), {A: 600}, None),
        (question("vector(1)"), {A: 600}, 0),
    ],
)
def test_it_is_judged_from_when_on_there_was_something_to_judge_by(
    asked: Question, seen: Mapping[Reading, float], expected: float | None
) -> None:
    assert since(asked, seen) == expected


def test_without_any_knowledge_of_beginnings_all_of_it_counts_as_there() -> None:
    with answering(always) as (url, _):
        found = Backtest(History(server_at(url)), 0.0, DAY).verdict(question("absent(a)", A))

    assert isinstance(found, Judged)
    assert found.seconds == DAY


def verdicts(answer: Callable[[Form], Answer]) -> tuple[list[object], int]:
    """Of three questions, and how many were asked."""
    with answering(answer) as (url, asked):
        backtest = Backtest(History(server_at(url)), 0.0, 3600.0)
        return [backtest.verdict(question(each)) for each in ("1", "2", "3")], len(asked)


def test_one_refusal_leaves_the_other_answers_as_they_are() -> None:
    found, _ = verdicts(lambda form: (422, {"error": "no"}) if form["query"] == "2" else always(form))

    assert [type(each) for each in found] == [Judged, Failed, Judged]
    assert isinstance(found[1], Failed)
    assert found[1].why == "no"


def test_a_server_that_lets_nobody_in_any_more_is_not_asked_again() -> None:
    found, asked = verdicts(lambda form: (401, b"") if form["query"] == "2" else always(form))

    assert [type(each) for each in found] == [Judged, Failed, Failed]
    assert isinstance(found[2], Failed)
    assert found[2].why.startswith("not asked: ")
    assert asked == 2


def test_a_server_that_is_not_there_is_said_before_anything_is_judged() -> None:
    with answering(always) as (url, _):
        pass
    with pytest.raises(Stopped):
        Backtest(History(server_at(url)), 0.0, 3600.0).look([question("a", A)])
