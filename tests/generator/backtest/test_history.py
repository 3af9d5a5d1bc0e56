"""How a server's history is asked for: in pieces that it answers, and that fit into memory."""

from collections.abc import Callable

import pytest

from generator.backtest import server
from generator.backtest.history import History
from generator.backtest.server import Refused

from .answering import Answer, Asked, Form, answering, nothing, server_at

STEP = 30_000


def history(url: str) -> History:
    return History(server_at(url))


def spans(asked: list[Asked]) -> list[float]:
    return [float(each.form["end"]) - float(each.form["start"]) for each in asked]


def refusing(seconds: float, answer: Answer) -> Callable[[Form], Answer]:
    """Whatever is longer than that."""
    return lambda form: answer if float(form["end"]) - float(form["start"]) > seconds else nothing(form)


def test_no_piece_has_more_points_than_the_server_answers() -> None:
    with answering(nothing) as (url, asked):
        pieces = list(history(url).pieces("up", 0, STEP * 25_000, STEP))

    assert [len(piece.moments) for piece in pieces] == [11_000, 11_000, 3_001]
    assert all(seconds / 30 + 1 <= 11_000 for seconds in spans(asked))


def test_the_pieces_are_the_whole_span_without_a_gap() -> None:
    with answering(nothing) as (url, _):
        pieces = list(history(url).pieces("up", 0, STEP * 12_000, STEP))

    assert [at for piece in pieces for at in piece.moments] == list(range(0, STEP * 12_000 + 1, STEP))


@pytest.mark.parametrize(
    "answer",
    [
        (422, {"error": "query processing would load too many samples into memory in query execution"}),
        (422, {"error": "the query time range exceeds the limit (query length: 720h0m0s, limit: 168h0m0s)"}),
        (422, {"error": "exceeded maximum resolution of 11,000 points per timeseries"}),
        (422, {"error": "the query exceeded the maximum number of chunks (err-mimir-max-chunks-per-query)"}),
        (503, {"error": "query timed out in expression evaluation"}),
        (504, b"<html>Gateway Time-out</html>"),
        (503, b"upstream request timeout"),
    ],
)
def test_what_is_too_much_at_once_is_asked_for_again_in_smaller_pieces(answer: Answer) -> None:
    with answering(refusing(3_000, answer)) as (url, asked):
        pieces = list(history(url).pieces("up", 0, STEP * 400, STEP))

    assert [at for piece in pieces for at in piece.moments] == list(range(0, STEP * 400 + 1, STEP))
    assert len(asked) > len(pieces)


def test_a_limit_on_the_span_is_learnt_once_for_all_questions() -> None:
    limit = 422, {"error": "the query time range exceeds the limit"}
    with answering(refusing(3_000, limit)) as (url, asked):
        one = history(url)
        list(one.pieces("up", 0, STEP * 400, STEP))
        asked.clear()
        pieces = list(one.pieces("other", 0, STEP * 400, STEP))

    assert len(asked) == len(pieces)


def test_a_few_coarse_moments_are_asked_for_one_by_one_where_nothing_longer_is_answered() -> None:
    """With windows of hours, ten moments may be more than a server answers that is limited to a day."""
    with answering(refusing(0, (422, {"error": "the query time range exceeds the limit"}))) as (url, _):
        pieces = list(history(url).pieces("up", 0, STEP * 20, STEP))

    assert [len(piece.moments) for piece in pieces] == [1] * 21


@pytest.mark.parametrize(
    ("answer", "most"),
    [((422, {"error": "too many samples"}), 12), ((503, {"error": "query timed out"}), 5)],
)
def test_it_does_not_go_on_for_ever(answer: Answer, most: int) -> None:
    with (
        answering(lambda _: answer) as (url, asked),
        pytest.raises(Refused, match=r"(too many|timed out).*in small pieces as well"),
    ):
        list(history(url).pieces("up", 0, STEP * 20_000, STEP))

    assert 1 < len(asked) <= most


def test_an_answer_too_large_for_memory_is_asked_for_again_in_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_BYTES", 2_000)

    def answer(form: Form) -> Answer:
        points = round((float(form["end"]) - float(form["start"])) / 30) + 1
        values = [[float(form["start"]) + 30 * number, "1"] for number in range(points)]
        return 200, {"data": {"result": [{"metric": {}, "values": values}]}}

    with answering(answer) as (url, _):
        pieces = list(history(url).pieces("up", 0, STEP * 300, STEP))

    assert sum(len(piece.results[()]) for piece in pieces) == 301


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ([{"metric": {"__name__": "up", "job": "a"}, "values": [[0, "1"]]}], {(("job", "a"),): frozenset({0})}),
        ([{"metric": {}, "histograms": [[0, {"count": "1"}]]}], {(): frozenset({0})}),
        ([{"metric": {}}], {(): frozenset()}),
        ([{"metric": None, "values": None}], {(): frozenset()}),
        (None, {}),
    ],
)
def test_a_series_is_its_labels_without_its_name_and_the_moments_at_which_it_had_a_result(
    result: object, found: object
) -> None:
    with answering(lambda _: (200, {"data": {"result": result}})) as (url, _):
        (piece,) = history(url).pieces("up", 0, 0, STEP)

    assert piece.results == found
