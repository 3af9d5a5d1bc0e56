"""Laws of incidents: the order of arrival does not matter, silences mean what Alertmanager means, recovery waits."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.catalog import Catalogue, Known
from agent.domain.incident import Firing, Incident, IncidentSeverity
from agent.domain.incident_hands import silenced, unsilenced
from agent.domain.incident_history import Entry, Happening, timeline_markdown
from agent.domain.incident_notice import Notice, absorbed, begun, later, merged
from agent.domain.incident_recovery import standing
from agent.domain.incident_silence import Matcher, Silence, covering, silence_for
from agent.errors import Conflict
from tests.agent.makers import NOON, make_incident

SECOND = timedelta(seconds=1)
NAMES = ("a", "b", "c")


def firing(name: str, start: int, end: int | None = None, seen: int = 10_000) -> Firing:
    ends = None if end is None else NOON + end * SECOND
    return Firing(name, {"alertname": name}, {}, NOON + start * SECOND, ends, NOON + seen * SECOND)


@st.composite
def histories(draw: st.DrawFn) -> list[Firing]:
    """What a sender tells, in order: each alert begins, perhaps ends, and begins again."""
    told: list[tuple[int, Firing]] = []
    for name in NAMES:
        at = 0
        for _ in range(draw(st.integers(0, 3))):
            begins = at + draw(st.integers(1, 50))
            told.append((begins, firing(name, begins)))
            at = begins
            if draw(st.booleans()):
                at = begins + draw(st.integers(0, 50))
                told.append((at, firing(name, begins, at)))
    return [alert for _, alert in sorted(told, key=lambda each: each[0])]


def notice(alerts: Sequence[Firing], at: datetime = NOON) -> Notice:
    return Notice(
        group_key="g", group_hash="h", receiver="r", group_labels={"a": "b"}, alerts=tuple(alerts), told_at=at
    )


def after(told: Sequence[Firing]) -> Incident:
    incident, _ = begun(notice(told[:1]), "I1", NOON)
    for alert in told[1:]:
        incident, _ = absorbed(incident, notice([alert]), NOON)
    return incident


def shape(incident: Incident) -> tuple[object, ...]:
    alerts = {(each.fingerprint, each.starts_at, each.ends_at) for each in incident.alerts}
    return alerts, incident.is_open


@given(histories().filter(bool), st.data())
@settings(max_examples=300)
def test_every_order_of_arrival_leads_to_the_state_of_the_right_order(told: list[Firing], data: st.DataObject) -> None:
    order = data.draw(st.permutations(told))
    twice = [*order, *data.draw(st.lists(st.sampled_from(told), max_size=5))]

    assert shape(after(twice)) == shape(after(told))


@given(histories())
def test_the_last_thing_that_was_told_in_order_is_what_stands(told: list[Firing]) -> None:
    standing_now = {each.fingerprint: each for each in merged((), told)}

    for name, alert in standing_now.items():
        last = [each for each in told if each.fingerprint == name][-1]
        assert (alert.starts_at, alert.ends_at) == (last.starts_at, last.ends_at)


@given(histories(), histories(), histories())
def test_merging_is_associative_commutative_and_idempotent(
    one: list[Firing], two: list[Firing], three: list[Firing]
) -> None:
    def plain(alerts: Sequence[Firing]) -> set[tuple[object, ...]]:
        return {(each.fingerprint, each.starts_at, each.ends_at) for each in alerts}

    assert plain(merged(merged(one, two), three)) == plain(merged(one, merged(two, three)))
    assert plain(merged(one, two)) == plain(merged(two, one))
    assert plain(merged(merged((), one), one)) == plain(merged((), one))


@given(histories().filter(bool), st.integers(1, 4), st.data())
def test_cutting_what_was_told_into_webhooks_differently_changes_nothing(
    told: list[Firing], size: int, data: st.DataObject
) -> None:
    chunks = [told[at : at + size] for at in range(0, len(told), size)]
    incident, _ = begun(notice(chunks[0]), "I1", NOON)
    for chunk in data.draw(st.permutations(chunks[1:])):
        incident, _ = absorbed(incident, notice(chunk), NOON)

    assert shape(incident) == shape(after(told))


def test_an_end_that_names_an_earlier_beginning_still_ends_the_alert() -> None:
    """Alertmanager moves the beginning of an alert back when a second Prometheus reports an earlier one."""
    assert later(firing("a", 10), firing("a", 5, 20)).ends_at is not None
    assert later(firing("a", 5, 20), firing("a", 30)).ends_at is None


def test_a_sender_whose_clock_was_put_back_is_believed_again() -> None:
    told = [firing("a", 3600, seen=10), firing("a", 3600, 3900, seen=310), firing("a", 600, seen=601)]

    assert after(told).is_open
    for order in permutations(told[:2]):
        assert not after(order).is_open


@pytest.mark.parametrize(
    ("matcher", "labels", "covers"),
    [
        (Matcher("a", "x"), {"a": "x"}, True),
        (Matcher("a", "x"), {"a": "y"}, False),
        (Matcher("a", "x"), {}, False),
        (Matcher("a", ""), {}, True),
        (Matcher("a", "x", is_equal=False), {"a": "y"}, True),
        (Matcher("a", "x", is_equal=False), {"a": "x"}, False),
        (Matcher("a", "x", is_equal=False), {}, True),
        (Matcher("a", "x|yy", is_regex=True), {"a": "yy"}, True),
        (Matcher("a", "x", is_regex=True), {"a": "xx"}, False),
        (Matcher("a", "x|y", is_regex=True), {"a": "xy"}, False),
        (Matcher("a", ".+", is_regex=True), {}, False),
        (Matcher("a", ".*", is_regex=True), {}, True),
        (Matcher("a", "x.*", is_regex=True, is_equal=False), {"a": "y"}, True),
        (Matcher("a", "x.*", is_regex=True, is_equal=False), {"a": "xy"}, False),
        (Matcher("a", "(", is_regex=True), {"a": "("}, False),
        (Matcher("a", "(", is_regex=True, is_equal=False), {"a": "("}, False),
    ],
)
def test_a_matcher_means_what_alertmanager_means(matcher: Matcher, labels: dict[str, str], covers: bool) -> None:
    assert matcher.covers(labels) is covers


def silence(*matchers: Matcher, until: int = 3600, since: int = -60) -> Silence:
    return Silence(
        matchers=matchers, starts_at=NOON + since * SECOND, ends_at=NOON + until * SECOND, by="x", comment="", id="s"
    )


def test_an_incident_is_silenced_only_when_all_that_fires_is_and_until_the_first_of_the_silences_ends() -> None:
    incident = make_incident(alerts=(firing("a", 0), firing("b", 0), firing("c", 0, 5)))
    a, b = silence(Matcher("alertname", "a"), until=100), silence(Matcher("alertname", "b"), until=50)

    assert covering(incident, [a], NOON) is None
    assert covering(incident, [a, b], NOON) == b
    assert covering(incident, [a, b, silence(Matcher("alertname", ".", is_regex=True), until=200)], NOON) is not None
    assert covering(incident, [silence(Matcher("alertname", ".*", is_regex=True), since=60)], NOON) is None
    assert covering(incident, [silence()], NOON) is None
    assert covering(make_incident(alerts=()), [a], NOON) is None


@pytest.mark.parametrize("labels", [{}, {"alertname": ""}])
def test_a_group_without_labels_cannot_be_silenced(labels: dict[str, str]) -> None:
    with pytest.raises(Conflict, match="without a matcher"):
        silence_for(make_incident(group_labels=labels), "x", SECOND, NOON)
    with pytest.raises(Conflict, match="length"):
        silence_for(make_incident(group_labels={"a": "b"}), "x", 0 * SECOND, NOON)


WORDS = st.sampled_from(["critical", "warning", "P1.x|y", "a b", ""])
GROUP_BY = ("alertname", "system")


def grouped(*severities: str, **group: str) -> Incident:
    alerts = [
        Firing(f"f{place}", {**group, "pod": f"p{place}", **({"severity": word} if word else {})}, {}, NOON)
        for place, word in enumerate(severities)
    ]
    return make_incident(alerts=tuple(alerts), group_labels=group)


@given(st.lists(WORDS, min_size=1, max_size=4), st.sampled_from([(), GROUP_BY, ("alertname",), ("...",)]), WORDS)
def test_our_silence_covers_its_group_and_the_severities_that_fire_in_it(
    severities: list[str], group_by: tuple[str, ...], other: str
) -> None:
    incident = grouped(*severities, alertname="A")
    made = silence_for(incident, "anna", SECOND, NOON, group_by)
    joined = {"alertname": "A", "pod": "new", "severity": other}

    assert covering(incident, [made], NOON) == made
    assert made.covers(joined, NOON) is (other in severities or not any(severities))
    assert not made.covers({**incident.firing[0].labels, "alertname": "B"}, NOON)
    assert made.covers({**incident.firing[0].labels, "system": "shop"}, NOON) is ("system" not in group_by)


def test_a_label_that_the_routes_do_not_group_by_says_that_another_route_made_the_group() -> None:
    made = silence_for(grouped("warning", namespace="n"), "anna", SECOND, NOON, GROUP_BY)

    assert [each.text for each in made.matchers] == ['namespace="n"', 'severity="warning"']


def test_a_severity_that_the_group_is_made_of_is_named_once() -> None:
    made = silence_for(
        grouped("warning", alertname="A", severity="warning"), "anna", SECOND, NOON, (*GROUP_BY, "severity")
    )

    assert [each.text for each in made.matchers] == ['alertname="A"', 'severity="warning"', 'system=""']


def test_matchers_are_written_as_amtool_writes_them() -> None:
    texts = [Matcher("a", 'x"\\', regex, equal).text for regex in (False, True) for equal in (True, False)]

    assert texts == ['a="x\\"\\\\"', 'a!="x\\"\\\\"', 'a=~"x\\"\\\\"', 'a!~"x\\"\\\\"']


def test_a_silence_that_is_taken_back_starts_the_escalation_from_there() -> None:
    quiet = silenced(make_incident(level=2), "s", "anna", NOON + SECOND, NOON)
    loud = unsilenced(quiet, NOON + SECOND)

    assert (loud.unattended_since, loud.level, loud.silence_id) == (NOON + SECOND, 0, "")


def test_an_incident_that_still_fires_has_no_exit() -> None:
    found = standing(make_incident(), [make_incident()], Catalogue({"X": Known(name="X")}))
    assert found.blocked_by == ("X",)
    assert not found.is_met(NOON + 10_000 * SECOND, SECOND)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_row_of_the_timeline_is_one_line_whatever_was_written(detail: str, name: str) -> None:
    entry = Entry("I1", NOON, Happening.ACKED, detail, 7, name)
    text = timeline_markdown(make_incident(), [entry])

    rows = [line for line in text.split("\n") if line.startswith("| 2026-03-01T12:00:00.000Z")]
    assert len(rows) == 1
    assert rows[0].replace("\\\\", "").replace("\\|", "").count("|") == 5


def test_severity_decides_nothing_about_what_is_unknown() -> None:
    assert firing("a", 0).severity is IncidentSeverity.WARNING
