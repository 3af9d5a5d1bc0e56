"""What cannot be read names itself where it can, and rings a bounded number of times."""

import json

from hypothesis import given
from hypothesis import strategies as st

from agent.domain.unreadable import MOST_RINGS, Unreadable, added, name_in, read, written

JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["groupLabels", "commonLabels", "alerts", "labels", "alertname"]), inner)
    ),
)


def test_a_notification_is_named_by_its_group_or_by_its_alerts() -> None:
    alerts = [{"labels": {"alertname": name}} for name in "AAB"]
    assert name_in(json.dumps({"groupLabels": {"alertname": "X", "env": "prod"}, "alerts": alerts})) == "X prod"
    assert name_in(json.dumps({"groupLabels": {}, "alerts": [7, *alerts]})) == "A B"
    assert name_in(json.dumps({"alerts": {}})) == name_in("[]") == name_in("{") == name_in("[" * 100_000) == ""


@given(JSON)
def test_whatever_comes_it_is_named_shortly_or_not_at_all(body: object) -> None:
    assert len(name_in(json.dumps(body))) <= 100


def test_each_name_and_reason_rings_once_and_all_of_them_so_often_at_most() -> None:
    one, first = added(Unreadable(), "X", "why")
    two, again = added(one, "X", "why")
    three, another = added(two, "X", "why else")
    assert (first, again, another, three.count, three.names) == (True, False, True, 3, ("X",))

    many, rings = Unreadable(), 0
    for number in range(100):
        many, rang = added(many, f"N{number}", "why")
        rings += rang
    assert (rings, many.count) == (MOST_RINGS, 100)


def test_what_is_kept_is_read_again_and_so_is_the_count_of_older_versions() -> None:
    found, _ = added(Unreadable(4), "X|", "why")
    assert read(written(found)) == found
    assert (read("11"), read("")) == (Unreadable(11), Unreadable())
