"""Holds selectors to how they are written, what they accept, and the examples that tests are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from promql_parser import VectorSelector, parse

from generator.domain.metric import Label, Metric, MetricType
from generator.domain.quantity import Unit
from generator.domain.selector import Matcher, Matching, Selector, quoted

REQUESTS = Metric(
    "requests_total",
    MetricType.COUNTER,
    Unit("requests"),
    "Requests.",
    (Label("code", ("2xx", "4xx", "5xx")), Label("session", budget=100)),
)
EQUAL, UNEQUAL, REGEX, NOT_REGEX = Matching.EQUAL, Matching.UNEQUAL, Matching.REGEX, Matching.NOT_REGEX


def select(*matchers: tuple[str, Matching, str]) -> Selector:
    return Selector(REQUESTS, tuple(Matcher(*matcher) for matcher in matchers))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('"\\\n'), max_size=20))
def test_any_label_value_survives_quoting(value: str) -> None:
    parsed = parse(f"x{{a={quoted(value)}}}")

    assert isinstance(parsed, VectorSelector)
    assert [matcher.value for matcher in parsed.matchers.matchers] == [value]


def test_a_selector_is_written_as_promql_writes_it() -> None:
    assert str(select()) == "requests_total"
    assert (
        str(select(("code", EQUAL, "5xx"), ("session", NOT_REGEX, "a|b")))
        == 'requests_total{code="5xx",session!~"a|b"}'
    )
    assert str(Selector(REQUESTS, suffix="_bucket")) == "requests_total_bucket"


def test_another_part_of_a_histogram_keeps_the_matchers() -> None:
    found = select(("code", EQUAL, "5xx")).within("_bucket", Matcher("le", REGEX, r"1(\.0)?"))

    assert str(found) == r'requests_total_bucket{code="5xx",le=~"1(\\.0)?"}'


@pytest.mark.parametrize(
    ("matching", "pattern", "accepted", "refused"),
    [
        (EQUAL, "5xx", ["5xx"], ["4xx", ""]),
        (UNEQUAL, "5xx", ["4xx", ""], ["5xx"]),
        (REGEX, "5.*|4xx", ["5xx", "4xx"], ["2xx", "x5xx", "4xxx", ""]),
        (NOT_REGEX, "5.", ["2xx", "", "x5", "5xx"], ["5x"]),
    ],
    ids=["equal", "unequal", "regular expression", "no regular expression"],
)
def test_a_matcher_matches_whole_values(
    matching: Matching, pattern: str, accepted: list[str], refused: list[str]
) -> None:
    matcher = Matcher("code", matching, pattern)

    assert [value for value in (*accepted, *refused) if matcher.accepts(value)] == accepted


def test_a_missing_label_counts_as_an_empty_one() -> None:
    assert select(("code", UNEQUAL, "5xx")).accepts({})
    assert not select(("code", EQUAL, "5xx")).accepts({})


@pytest.mark.parametrize(
    ("selector", "example"),
    [
        (select(), {"code": "2xx", "session": "example-session"}),
        (select(("code", EQUAL, "5xx")), {"code": "5xx", "session": "example-session"}),
        (select(("code", UNEQUAL, "2xx")), {"code": "4xx", "session": "example-session"}),
        (select(("code", REGEX, "4xx|5xx")), {"code": "4xx", "session": "example-session"}),
        (select(("session", EQUAL, "s1")), {"code": "2xx", "session": "s1"}),
        (select(("session", REGEX, "s1|s2")), {"code": "2xx", "session": "s1"}),
        (select(("session", REGEX, ".+")), {"code": "2xx", "session": ".+"}),
        (select(("session", EQUAL, "")), {"code": "2xx"}),
        (select(("job", EQUAL, "shop")), {"code": "2xx", "job": "shop", "session": "example-session"}),
    ],
    ids=str,
)
def test_an_example_is_a_series_that_the_selector_selects(selector: Selector, example: dict[str, str]) -> None:
    found = selector.example()

    assert found == example
    assert selector.accepts(found)


def test_an_example_outside_a_part_is_in_the_whole_only() -> None:
    whole, part = select(("code", UNEQUAL, "4xx")), select(("code", EQUAL, "5xx"))

    found = whole.example(outside=part)

    assert found["code"] == "2xx"


@pytest.mark.parametrize(
    "selector",
    [
        select(("code", EQUAL, "3xx")),
        select(("code", EQUAL, "5xx"), ("code", EQUAL, "4xx")),
        select(("code", NOT_REGEX, ".*")),
        select(("session", REGEX, "[0-9]+")),
    ],
    ids=str,
)
def test_no_example_is_made_up_where_none_can_be(selector: Selector) -> None:
    with pytest.raises(LookupError, match="is left"):
        selector.example()


@pytest.mark.parametrize(
    ("part", "whole", "why"),
    [
        (select(("code", EQUAL, "5xx")), select(), ""),
        (select(("code", EQUAL, "5xx")), select(("code", UNEQUAL, "4xx")), ""),
        (select(("code", EQUAL, "5xx")), Selector(Metric("other", MetricType.COUNTER, Unit("x"), "H.")), ""),
        (select(), select(), "holds nothing but"),
        (select(), select(("code", EQUAL, "5xx")), "leaves out some of"),
        (select(("code", EQUAL, "5xx")), select(("code", EQUAL, "2xx")), "leaves out some of"),
        (select(("code", EQUAL, "5xx")), select(("code", REGEX, "5xx")), "holds nothing but"),
    ],
    ids=["a part", "of some", "of another metric", "the same", "reversed", "beside it", "the same in other words"],
)
def test_a_share_needs_a_part_and_something_beside_it(part: Selector, whole: Selector, why: str) -> None:
    assert why in part.misses(whole)
    assert bool(part.misses(whole)) == bool(why)
