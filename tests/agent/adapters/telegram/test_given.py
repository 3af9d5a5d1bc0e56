"""The values after `/act`: pairs, JSON among them, and one sentence for anything else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.telegram.given import read_values
from agent.errors import Conflict

PLAIN = st.from_regex(r"[^\s\[{][^\s]{0,20}", fullmatch=True)
LISTS = st.lists(st.text(max_size=9) | st.integers(), max_size=4)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), PLAIN | LISTS, max_size=4), st.booleans())
def test_what_is_written_is_what_is_read(values: dict[str, Any], spacious: bool) -> None:
    def written(value: object) -> str:
        return (
            value if isinstance(value, str) else json.dumps(value, separators=(", ", ": ") if spacious else (",", ":"))
        )

    text = "  ".join(f"{name}={written(value)}" for name, value in values.items())
    assert read_values(text) == values


def test_quotation_marks_that_a_phone_has_bent_are_straight_ones() -> None:
    assert read_values("cases=[{“scenario_id”: “s1”}] suite_name=nightly") == {
        "cases": [{"scenario_id": "s1"}],
        "suite_name": "nightly",
    }


def test_what_was_copied_and_left_empty_is_left_out() -> None:
    assert read_values("id= suite_name=nightly") == {"suite_name": "nightly"}
    assert read_values("id=") == {}
    assert read_values("  ") == {}


@pytest.mark.parametrize("text", ["d1", "id=a b", "id=a id=b", "=x", 'a=[1] "b"'])
def test_what_are_no_pairs_is_refused(text: str) -> None:
    with pytest.raises(Conflict, match="name=value"):
        read_values(text)


@pytest.mark.parametrize("text", ["a=[1", 'a={"b": }', "a=[NaN]", "a=[1]x", "a=" + "[" * 5000])
def test_json_that_is_none_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(Conflict, match="The value of a begins like JSON"):
        read_values(text)
