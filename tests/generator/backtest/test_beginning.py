"""Where a history begins is found with few questions; a real server answers them in tests/end_to_end."""

import re
from collections.abc import Callable

from generator.backtest.beginning import Beginnings, beginnings
from generator.backtest.history import History
from generator.backtest.question import Reading

from .answering import Answer, Asked, Form, answering, server_at

STEP = 30
DAY = 86_400
A, B, UP = Reading("a"), Reading("b"), Reading("up", "job")


def remembering(first: dict[Reading, int]) -> Callable[[Form], Answer]:
    """A server on which each of these has samples from its first second on, every second."""

    def answer(form: Form) -> Answer:
        start, end, step = (round(float(form[name])) for name in ("start", "end", "step"))
        asked = re.search(r'__name__=~"([^"]+)"', form["query"])
        assert asked
        result = [
            {
                "metric": {"metric": each.name} | ({"job": each.job} if each.job else {}),
                "values": [[at, "1"] for at in range(start, end + 1, step) if at >= began],
            }
            for each, began in first.items()
            if each.name in asked[1].split("|")
        ]
        return 200, {"data": {"result": [each for each in result if each["values"]]}}

    return answer


def found(first: dict[Reading, int], start: int, end: int) -> tuple[Beginnings, list[Asked]]:
    with answering(remembering(first)) as (url, asked):
        begins = beginnings(History(server_at(url)), {"a", "b"}, start * 1000, end * 1000, STEP * 1000)
    return begins, asked


def test_a_beginning_is_found_to_the_step() -> None:
    begins, _ = found({A: 7 * DAY + 45, UP: 3 * DAY - 15}, 0, 30 * DAY)

    assert begins.of(A) == (7 * DAY + 60) * 1000
    assert begins.of(UP) == 3 * DAY * 1000
    assert begins.first == 3 * DAY * 1000


def test_what_never_was_there_has_no_beginning() -> None:
    begins, _ = found({A: 5}, 0, DAY)

    assert begins.of(B) is None
    assert Beginnings().first is None


def test_a_history_that_goes_back_far_enough_takes_one_question() -> None:
    begins, asked = found({A: 5, UP: 5}, 30 * DAY, 60 * DAY)

    assert len(asked) == 1
    assert begins.first is not None
    assert begins.first <= 30 * DAY * 1000


def test_what_begins_together_is_looked_at_together() -> None:
    _, asked = found({A: 20 * DAY + 60, B: 20 * DAY + 90, UP: 20 * DAY}, 0, 30 * DAY)

    assert len(asked) <= 3
    assert all(float(each.form["end"]) - float(each.form["start"]) <= DAY for each in asked[1:])


def test_the_last_moment_is_looked_at_as_well() -> None:
    begins, _ = found({UP: 3 * 3600}, 0, 3 * 3600)

    assert begins.of(UP) == 3 * 3600 * 1000
