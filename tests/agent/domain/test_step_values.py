"""The slots of a step: what fills them, what is missing, and the call that comes of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.catalog import StepCall
from agent.domain.incident import Firing
from agent.domain.step_values import LONGEST_VALUE, as_now, filled, in_the_form_of, known_values, missing
from agent.errors import Conflict
from tests.agent.makers import NOON, make_incident

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("abü{}[] ,", max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", max_size=3), inner, max_size=3),
)


def fired(**labels: str) -> Firing:
    return Firing(str(labels), labels, {}, NOON)


def test_slots_in_the_path_are_escaped_and_those_in_the_body_are_not() -> None:
    call = StepCall("POST", "/x/{id}?o={id}", {"a": ["{id}", 1, {"b": "{id}!"}]})
    path, body = filled(call, {"id": 'a/ü"'})

    assert path == "/x/a%2F%C3%BC%22?o=a%2F%C3%BC%22"
    assert body == '{"a": ["a/ü\\"", 1, {"b": "a/ü\\"!"}]}'
    assert call.slots == ("id",)


@given(JSON)
def test_a_list_or_an_object_takes_the_place_of_a_whole_text(value: Any) -> None:  # noqa: ANN401 - any JSON
    if value == "":
        return
    _, body = filled(StepCall("PUT", "/x", {"a": ["{v}"], "b": "{v}"}), {"v": value})

    assert json.loads(body) == {"a": [value], "b": value}


@pytest.mark.parametrize("call", [StepCall("GET", "/x/{v}"), StepCall("PUT", "/x", {"a": "not {v} whole"})])
def test_a_list_where_a_text_has_to_stand_is_refused(call: StepCall) -> None:
    with pytest.raises(Conflict, match="v has to be a plain text here"):
        filled(call, {"v": ["a"]})


@pytest.mark.parametrize("value", ["x" * (LONGEST_VALUE + 1), "a\nb", ["a\u202eb"], {"a\tb": 1}])
def test_what_cannot_be_shown_in_full_is_refused(value: Any) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(Conflict, match="printable"):
        filled(StepCall("PUT", "/x", {"a": "{v}"}), {"v": value})


def test_a_body_that_cannot_be_shown_in_full_is_refused() -> None:
    with pytest.raises(Conflict, match="too large"):
        filled(StepCall("PUT", "/x", {"a": "{v}"}), {"v": ["x" * 500] * 5})


def test_what_is_given_goes_before_labels_and_labels_before_our_own() -> None:
    incident = make_incident(alerts=(fired(a="label", b="label"),))
    own = {"a": "own", "b": "own", "c": "own"}

    assert known_values(incident, {"a": "given"}, own) == {"a": "given", "b": "label", "c": "own"}


def test_our_own_fills_nothing_on_which_the_alerts_disagree() -> None:
    incident = make_incident(alerts=(fired(o="one"), fired(o="two")))

    assert known_values(incident, {}, {"o": "own"}) == {}


def test_what_is_missing_comes_in_the_order_in_which_the_runbook_explains_it() -> None:
    call = StepCall("PUT", "/{a}", {"b": "{b}", "c": "{c}", "d": "{d}"}, values={"d": "first", "b": "second"})

    assert missing(call, {"c": "known", "a": ""}) == ("d", "b", "a")
    with pytest.raises(Conflict, match="needs d, b, a; the alerts do not say"):
        filled(call, {"c": "known"})


def test_what_is_there_now_is_read_by_the_names_of_the_bodys_fields() -> None:
    call = StepCall("PUT", "/x", {"deny": "{denied}", "fixed": 1, "half": "a {b}"})

    assert as_now(call, {"deny": ["Bash"], "half": "c", "other": 2}) == {"denied": ["Bash"]}
    assert [as_now(call, found) for found in (None, ["deny"], "deny", 7)] == [{}] * 4


def test_a_text_with_commas_is_a_list_where_there_is_one() -> None:
    assert in_the_form_of(["Bash"], "Bash, Write,") == ["Bash", "Write"]
    assert in_the_form_of("a", "b,c") == "b,c"
    assert in_the_form_of([], ["Bash"]) == ["Bash"]


@pytest.mark.parametrize(
    ("path", "collection"),
    [
        ("/v1/deployments/{id}/rollback", "/v1/deployments"),
        ("/v1/deployments/{id}", "/v1/deployments"),
        ("/v1/deployments/{id}?x={id}", "/v1/deployments"),
        ("/v1/deployments?x={id}", ""),
        ("/v1/{id}.json", ""),
        ("/v1/{other}", ""),
    ],
)
def test_what_a_slot_of_the_path_names_lies_under_what_is_before_it(path: str, collection: str) -> None:
    assert StepCall("POST", path).collection("id") == collection
