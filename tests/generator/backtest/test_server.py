"""How a server is asked, and what each way of not answering means."""

import re

import pytest

from generator.backtest.address import Address
from generator.backtest.server import Refused, Server, Stopped

from .answering import Answer, Form, answering, nothing, server_at

QUERY = {"query": "up"}
SECRET = "s3cret"  # noqa: S105 # not anybody's


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, b"<html>"), "answers 404; is that Prometheus' base URL?"),
        ((200, b"<html>"), "does not answer as Prometheus does"),
        ((200, {"data": None}), "does not answer as Prometheus does"),
        ((200, {"data": {"result": 7}}), "does not answer as Prometheus does"),
        ((200, []), "does not answer as Prometheus does"),
        ((401, b"no org id"), "write --token-file FILE, --user NAME --password-file FILE, --header NAME=@FILE or --te"),
        ((403, b""), "answers 403: it wants to know who asks; write --token-file FILE"),
    ],
)
def test_who_answers_nothing_is_asked_nothing_else(answer: Answer, said: str) -> None:
    with answering(lambda _: answer) as (url, _), pytest.raises(Stopped, match=re.escape(said)):
        server_at(url).ask("query_range", QUERY)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((400, {"error": "parse error:\n unexpected end of input"}), "parse error: unexpected end of input"),
        ((422, {"error": "many-to-many matching not allowed" + 300 * "x"}), "many-to-many matching not allowedxxx"),
        ((500, b"<html>"), "answers 500"),
    ],
)
def test_a_refused_question_has_the_servers_reason_in_one_short_line(answer: Answer, said: str) -> None:
    with answering(lambda _: answer) as (url, _), pytest.raises(Refused, match=re.escape(said)) as raised:
        server_at(url).ask("query_range", QUERY)

    assert len(str(raised.value)) <= 200
    assert "\n" not in str(raised.value)


def test_a_server_that_is_not_there_is_one_clear_error() -> None:
    with answering(nothing) as (url, _):
        pass

    with pytest.raises(Stopped, match=r"does not answer: .*refused"):
        server_at(url).ask("query_range", QUERY)


def test_credentials_go_with_every_question() -> None:
    with answering(nothing) as (url, asked):
        Server(Address.read(url), {"Authorization": f"Bearer {SECRET}", "X-Scope-OrgID": "a"}).ask("query_range", QUERY)

    assert asked[0].headers["authorization"] == f"Bearer {SECRET}"
    assert asked[0].headers["x-scope-orgid"] == "a"


def test_who_is_known_and_not_let_in_is_told_so() -> None:
    with answering(lambda _: (401, b"")) as (url, _), pytest.raises(Stopped, match="does not take this user or token"):
        Server(Address.read(url), {"Authorization": "Bearer x"}).ask("query_range", QUERY)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_question_is_not_sent_on_to_where_nobody_meant_it_to_go(code: int) -> None:
    with answering(nothing) as (elsewhere, asked):
        away = f"{elsewhere.replace('://', f'://user:{SECRET}@')}/api/v1/query_range?token={SECRET}"
        with (
            answering(lambda _: (code, b""), Location=away) as (url, _),
            pytest.raises(Stopped, match=f"answers {code} and sends on to {elsewhere}; write that") as raised,
        ):
            Server(Address.read(url), {"Authorization": f"Bearer {SECRET}"}).ask("query_range", QUERY)

    assert asked == []
    assert SECRET not in str(raised.value)


def test_a_gateway_that_only_lets_reads_through_is_asked_with_get() -> None:
    def answer(form: Form) -> Answer:
        return nothing(form) if form["method"] == "GET" else (405, b"")

    with answering(answer) as (url, asked):
        Server(Address.read(url), {"Authorization": f"Bearer {SECRET}"}).ask("query_range", QUERY)

    assert [(each.method, each.form) for each in asked] == [("POST", QUERY), ("GET", QUERY)]
    assert asked[1].headers["authorization"] == f"Bearer {SECRET}"


def test_what_the_server_warns_of_is_kept() -> None:
    said = {"data": {"result": []}, "warnings": ["No StoreAPIs matched for this query"]}
    with answering(lambda _: (200, said)) as (url, _):
        server = server_at(url)
        server.ask("query_range", QUERY)

    assert server.warnings == {"No StoreAPIs matched for this query"}


def test_a_servers_headers_are_in_no_representation_of_it() -> None:
    assert SECRET not in repr(Server(Address.read("http://localhost"), {"Authorization": SECRET}))
