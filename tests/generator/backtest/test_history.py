"""How a server's history is asked for: in pieces that it answers, and with one clear error when it does not."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from generator.backtest import history
from generator.backtest.history import History
from generator.errors import TocsinError

Form = dict[str, str]
Answer = tuple[int, Any]


@contextmanager
def answering(answer: Callable[[Form], Answer]) -> Iterator[tuple[str, list[Form]]]:
    """A server that answers as told, and remembers what it was asked."""
    asked: list[Form] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {key: values[0] for key, values in parse_qs(body).items()}
            asked.append(form)
            status, data = answer(form)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(data if isinstance(data, bytes) else json.dumps(data).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the name is the base class's
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def nothing(_form: Form) -> Answer:
    return 200, {"data": {"result": []}}


def spans(asked: list[Form]) -> list[tuple[float, float]]:
    return [(float(form["start"]), float(form["end"])) for form in asked]


def test_no_piece_has_more_points_than_the_server_answers() -> None:
    with answering(nothing) as (url, asked):
        pieces = list(History(url).pieces("up", 0, 30_000 * 25_000, 30_000))

    assert [len(piece.moments) for piece in pieces] == [11_000, 11_000, 3_001]
    assert all((end - start) / 30 + 1 <= 11_000 for start, end in spans(asked))


def test_the_pieces_are_the_whole_span_without_a_gap() -> None:
    with answering(nothing) as (url, _):
        pieces = list(History(url).pieces("up", 0, 30_000 * 12_000, 30_000))

    assert [at for piece in pieces for at in piece.moments] == list(range(0, 30_000 * 12_000 + 1, 30_000))


def test_too_many_samples_are_asked_for_again_in_halves() -> None:
    def answer(form: Form) -> Answer:
        if float(form["end"]) - float(form["start"]) > 3_000:
            return 422, {"error": "query processing would load too many samples into memory in query execution"}
        return nothing(form)

    with answering(answer) as (url, asked):
        pieces = list(History(url).pieces("up", 0, 30_000 * 400, 30_000))

    assert [at for piece in pieces for at in piece.moments] == list(range(0, 30_000 * 400 + 1, 30_000))
    assert len(asked) > len(pieces)


def test_an_answer_too_large_for_memory_is_asked_for_again_in_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_BYTES", 2_000)

    def answer(form: Form) -> Answer:
        points = round((float(form["end"]) - float(form["start"])) / 30) + 1
        values = [[float(form["start"]) + 30 * number, "1"] for number in range(points)]
        return 200, {"data": {"result": [{"metric": {}, "values": values}]}}

    with answering(answer) as (url, _):
        pieces = list(History(url).pieces("up", 0, 30_000 * 300, 30_000))

    assert sum(len(piece.results[()]) for piece in pieces) == 301


def test_the_alerts_name_is_no_label() -> None:
    def answer(_form: Form) -> Answer:
        return 200, {"data": {"result": [{"metric": {"__name__": "up", "job": "a"}, "values": [[0, "1"]]}]}}

    with answering(answer) as (url, _):
        (piece,) = History(url).pieces("up", 0, 0, 30_000)

    assert piece.results == {(("job", "a"),): frozenset({0})}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((400, {"error": "parse error: unexpected end of input"}), "the server refuses a query: parse error"),
        ((404, b"<html>"), "answers 404; is that Prometheus' base URL?"),
        ((200, b"<html>"), "does not answer as Prometheus does"),
        ((422, {"error": "too many samples"}), "too large even for"),
    ],
)
def test_a_server_that_refuses_is_one_clear_error(answer: Answer, said: str) -> None:
    with answering(lambda _: answer) as (url, _), pytest.raises(TocsinError, match=re.escape(said)):
        list(History(url).pieces("up", 0, 30_000, 30_000))


def test_a_server_that_is_not_there_is_one_clear_error() -> None:
    with answering(nothing) as (url, _):
        pass

    with pytest.raises(TocsinError, match=r"does not answer: .*refused"):
        list(History(url).pieces("up", 0, 30_000, 30_000))


@pytest.mark.parametrize("url", ["", "localhost:9090", "file:///etc/passwd", "http://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(TocsinError, match="is no address"):
        History(url)
