"""Holds trace context to the W3C recommendation."""

import pytest

from agent.domain.trace import Trace, parse

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def test_what_comes_in_is_continued() -> None:
    trace = parse(f"00-{TRACE}-{SPAN}-01", "vendor=1")

    assert trace == Trace(TRACE, SPAN, "01", "vendor=1")
    assert trace.child("b" * 16).headers == {"traceparent": f"00-{TRACE}-{'b' * 16}-01", "tracestate": "vendor=1"}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "junk",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
    ],
)
def test_what_is_malformed_starts_anew(header: str) -> None:
    assert parse(header) is None


def test_a_later_version_may_say_more() -> None:
    assert parse(f"01-{TRACE}-{SPAN}-01-more") == Trace(TRACE, SPAN)


def test_an_endless_state_is_left_out() -> None:
    assert "tracestate" not in (parse(f"00-{TRACE}-{SPAN}-00", "x" * 513) or Trace("", "", state="no")).headers
