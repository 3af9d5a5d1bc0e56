"""Webhooks of every version and of none."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.alertmanager.moments import moment_of, moment_text
from agent.adapters.alertmanager.payload import fingerprint, read_notice
from agent.domain.incident_notice import Notice
from agent.errors import Malformed
from tests.agent.makers import NOON

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
NAMES = (
    *("version", "groupKey", "truncatedAlerts", "receiver", "groupLabels", "alerts"),
    *("labels", "startsAt", "endsAt", "status", "fingerprint", "annotations"),
)
FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON))


@given(JSON | FIELDS | st.builds(lambda alerts: {"version": "4", "alerts": alerts}, st.lists(FIELDS, max_size=3)))
def test_whatever_is_posted_is_read_or_refused(body: object) -> None:
    try:
        found: object = read_notice(json.dumps(body), NOON)
    except Malformed as error:
        found = error

    assert isinstance(found, Notice) or str(found)


def test_the_parts_of_labels_are_kept_apart_in_the_fingerprint() -> None:
    assert fingerprint({}) == "cbf29ce484222325"
    assert fingerprint({"alertname": "a", "b": "c"}) != fingerprint({"alertname": "ab", "": "c"})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T12:00:00.123456789Z", NOON + timedelta(microseconds=123456)),
        ("2026-03-01T14:00:00.5+02:00", NOON + timedelta(milliseconds=500)),
        ("2026-03-01T14:00:00+0200", NOON),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("9999-12-31T23:59:59-01:00", None),
        ("2026-13-01T12:00:00Z", None),
        ("yesterday", None),
        (None, None),
        (7, None),
    ],
)
def test_moments_are_read_as_go_writes_them(text: object, moment: datetime | None) -> None:
    assert moment_of(text) == moment


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(9000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants them without
def test_a_moment_that_is_written_is_read_again(moment: datetime) -> None:
    assert moment_of(moment_text(moment.astimezone(timezone(timedelta(hours=5))))) == moment


def read(**alert: object) -> tuple[datetime, datetime | None]:
    body = {"alerts": [{"labels": {"a": "b"}, "startsAt": "2026-03-01T11:00:00Z", **alert}]}
    (found,) = read_notice(json.dumps(body), NOON).alerts
    return found.starts_at, found.ends_at


def test_the_status_says_whether_it_has_ended_and_a_moment_only_where_there_is_no_status() -> None:
    past, future = "2026-03-01T11:30:00Z", "2026-03-01T13:00:00Z"
    assert read(status="firing", endsAt=past)[1] is None
    assert read(status="resolved", endsAt=future)[1] == NOON + timedelta(hours=1)
    assert read(status="resolved")[1] == NOON
    assert read(status="resolved", endsAt="2026-03-01T10:00:00Z")[1] == NOON - timedelta(hours=1)
    assert read(endsAt=past)[1] == NOON - timedelta(minutes=30)
    assert read(endsAt=future)[1] is None
    assert read(endsAt="0001-01-01T00:00:00Z")[1] is None


def test_alerts_that_cannot_be_read_are_counted_among_those_left_out() -> None:
    good = {"labels": {"a": "b"}, "startsAt": "2026-03-01T11:00:00Z"}
    notice = read_notice(json.dumps({"truncatedAlerts": 5, "alerts": [good, 7, {"labels": {}}]}), NOON)

    assert (len(notice.alerts), notice.truncated) == (1, 7)


@pytest.mark.parametrize(
    "start", [None, "", "yesterday", 1_772_000_000, "0001-01-01T00:00:00Z", "2016-12-31T23:59:60Z"]
)
def test_an_alert_whose_beginning_cannot_be_read_began_when_we_heard_of_it(start: object) -> None:
    assert read(startsAt=start, status="firing", endsAt="2026-03-01T11:30:00Z") == (NOON, None)
    ended = NOON - timedelta(minutes=30)
    assert read(startsAt=start, status="resolved", endsAt="2026-03-01T11:30:00Z") == (ended, ended)
    assert read(startsAt=start, status="resolved") == (NOON, NOON)
    (alert,) = read_notice(json.dumps({"alerts": [{"labels": {"a": "b"}}]}), NOON).alerts
    assert (alert.starts_at, alert.ends_at) == (NOON, None)


@pytest.mark.parametrize("version", ["4", 4, None, ""])
def test_a_version_that_is_not_said_is_the_one_there_is(version: object) -> None:
    assert read_notice(json.dumps({"version": version, "alerts": []}), NOON).alerts == ()


def test_a_group_without_a_key_is_known_by_its_receiver_and_its_labels() -> None:
    body = {"receiver": "r", "groupLabels": {"a": "b"}, "alerts": []}

    assert read_notice(json.dumps(body), NOON).group_key == 'r:{"a": "b"}'


def test_annotations_are_shortened_and_labels_are_not() -> None:
    alert = {"labels": {"a": "x" * 9000}, "annotations": {"b": "y" * 9000}, "startsAt": "2026-03-01T11:00:00Z"}
    (found,) = read_notice(json.dumps({"alerts": [alert]}), NOON).alerts

    assert (len(found.labels["a"]), len(found.annotations["b"])) == (9000, 4000)
