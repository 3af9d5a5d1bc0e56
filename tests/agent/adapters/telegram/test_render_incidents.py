"""Incidents in words: never too long, every alert accounted for, and nothing in them can break the HTML."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.adapters.telegram.forms import plain, width
from agent.adapters.telegram.render.incident_labels import blast_radius, in_common
from agent.adapters.telegram.render.incident_parts import link, listed
from agent.adapters.telegram.render.incidents import TelegramIncidents, listing
from agent.adapters.telegram.render.runbooks import procedure, runbook
from agent.adapters.telegram.render.step_needs import needed
from agent.domain.catalog import Catalogue, Known, Procedure, Section, Step, StepCall, StepRef
from agent.domain.incident import Firing, Incident, IncidentSeverity
from agent.domain.incident_action import Action, ActionState
from agent.domain.step_values import Candidate, Needs
from agent.ports import Words
from agent.sandbox.html_mode import parse_html
from tests.agent.makers import NOON, make_incident

TEXT = st.text(max_size=400) | st.sampled_from(["<b>", "&amp;", "&" * 300, "𝄞" * 200, "\ud800", "\0"])
LABELS = st.dictionaries(st.sampled_from(["alertname", "job", "pod", "severity", "x"]), TEXT, max_size=5)
ALERTS = st.builds(
    Firing,
    fingerprint=st.uuids().map(str),
    labels=LABELS,
    annotations=st.dictionaries(st.sampled_from(["summary", "description", "impact", "runbook_url", "z"]), TEXT),
    starts_at=st.integers(0, 9999).map(lambda seconds: NOON - timedelta(seconds=seconds)),
    ends_at=st.none() | st.just(NOON),
)
KNOWN = st.builds(
    Known,
    name=st.just("X"),
    summary=TEXT,
    impact=TEXT,
    threshold=TEXT,
    runbook_url=TEXT | st.just("https://x.example/a?b=c&d=\"e'<f>"),
    steps=st.lists(
        st.builds(Step, text=TEXT, run=TEXT, call=st.none() | st.just(StepCall("POST", "/x"))), max_size=12
    ).map(tuple),
)

PROCEDURES = st.lists(
    st.builds(
        Procedure,
        name=st.from_regex(r"[a-z][a-z0-9-]{0,60}", fullmatch=True),
        title=TEXT,
        when=TEXT,
        sections=st.lists(
            st.builds(
                Section,
                TEXT,
                st.lists(
                    st.builds(Step, text=TEXT, run=TEXT, call=st.none() | st.just(StepCall("POST", "/x"))), max_size=9
                ).map(tuple),
            ),
            max_size=4,
        ).map(tuple),
    ),
    max_size=9,
)
JSON = st.recursive(
    st.text(max_size=20) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
)


@st.composite
def what_is_needed(draw: st.DrawFn) -> Needs:
    slots = draw(st.lists(st.from_regex(r"[a-z]{1,20}", fullmatch=True), min_size=1, max_size=8, unique=True))
    call = StepCall(
        "PUT",
        draw(st.sampled_from(["/x", "/x/{" + slots[0] + "}/y"])),
        {slot: f"{{{slot}}}" for slot in slots},
        values={slot: draw(TEXT) for slot in slots[:3]},
    )
    candidates = st.lists(st.builds(Candidate, st.text("abc-1", min_size=1, max_size=100), TEXT), max_size=40)
    return Needs(
        incident_id="K1",
        ref=StepRef(2, draw(st.sampled_from(["", "contain-runtime-degradation"]))),
        step=Step(draw(TEXT), call=call),
        call=call,
        mark="a1b2c3.2",
        given=draw(st.dictionaries(st.sampled_from(["g", "h"]), JSON)),
        missing=tuple(slots),
        present={slot: draw(JSON) for slot in draw(st.sampled_from([[], slots]))},
        candidates={slot: tuple(draw(candidates)) for slot in slots[:2]},
    )


NEEDS = what_is_needed()


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    some = draw(st.lists(ALERTS, max_size=6))
    many = draw(st.sampled_from([1, 1, 60])) if some else 1
    alerts = tuple(
        Firing(f"{each.fingerprint}-{place}", each.labels, each.annotations, each.starts_at, each.ends_at)
        for each in some
        for place in range(many)
    )
    changes: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {
                "name": st.just("X") | TEXT,
                "system": TEXT,
                "severity": st.sampled_from(IncidentSeverity),
                "truncated": st.integers(0, 999),
                "acked_by": st.none() | st.integers(1, 99),
                "acked_at": st.none() | st.just(NOON),
                "acked_name": TEXT,
                "silenced_until": st.none() | st.just(NOON + timedelta(hours=1)),
                "silenced_by": TEXT,
                "resolved_at": st.none() | st.just(NOON),
                "recovered_at": st.none() | st.just(NOON),
                "level": st.integers(0, 3),
            }
        )
    )
    return make_incident(alerts=alerts, **changes)


def check(text: str) -> str:
    assert width(text) <= 4096
    shown: str = parse_html(text).text
    assert shown.strip()
    return shown


@given(incidents(), KNOWN)
@settings(max_examples=200, deadline=None)
def test_an_incident_fits_parses_and_accounts_for_every_alert(incident: Incident, known: Known) -> None:
    words = TelegramIncidents(Catalogue({"X": known}, {"critical": "SEV-1"})).incident(incident, NOON)
    shown = check(words.text)

    firing, ended = len(incident.firing), len(incident.alerts) - len(incident.firing)
    if firing:
        assert re.search(rf"\b{firing} alerts? firing", shown)
    if ended:
        assert re.search(rf"\b{ended} alerts? resolved", shown)
    if incident.truncated:
        assert f"{incident.truncated} more not listed" in shown
    for row in words.buttons:
        for button in row:
            assert button.label.strip()
            assert 0 < len(button.data.encode()) <= 64


@pytest.mark.parametrize("count", [1, 2, 30, 300])
@pytest.mark.parametrize("steps", [0, 1, 9])
def test_an_incident_fits_when_everything_about_it_is_as_long_as_can_be(count: int, steps: int) -> None:
    long = "&" * 4000
    url = "https://x.example/" + "a" * 680
    step = Step(long, run=long)
    known = Known(
        name="X", summary=long, impact=long, threshold=long, runbook_url=url, dashboard_url=url, steps=(step,) * steps
    )
    alerts = tuple(
        Firing(
            str(number),
            {"alertname": "X", "severity": ("page", "warn")[number % 2], "c": long, "p": f"{number}{long}", long: "x"},
            {"summary": long, "description": long, "impact": long},
            NOON - timedelta(days=1000),
        )
        for number in range(count)
    )
    incident = make_incident(
        name="X",
        system=long,
        alerts=alerts,
        truncated=999,
        group_labels={"a": long},
        acked_by=1,
        acked_at=NOON,
        acked_name=long,
        silenced_by=long,
        silenced_until=NOON + timedelta(hours=1),
        level=3,
    )
    text = TelegramIncidents(Catalogue({"X": known})).incident(incident, NOON).text

    shown = check(text)
    assert width(text) <= 4000
    assert f"{count} alert" in shown
    assert "Labels: " in shown


@given(st.lists(ALERTS, max_size=150), st.integers(0, 4000))
@settings(max_examples=200, deadline=None)
def test_shown_alerts_and_counted_ones_are_all_of_them(alerts: list[Firing], room: int) -> None:
    found = listed(alerts, room, NOON)

    assert len(found.lines) + found.missing == len(alerts)
    assert width(found.text) <= max(room, 60)
    assert (f"+{found.missing} more" in found.text) is (found.missing > 0)


@given(st.lists(incidents(), max_size=30), st.booleans())
@settings(max_examples=50, deadline=None)
def test_lists_fit_and_count_what_they_leave_out(found: list[Incident], over: bool) -> None:
    presenter = TelegramIncidents(Catalogue())
    check(presenter.storm(found, NOON, over=over).text)
    check(presenter.escalated(found, NOON).text)
    check(presenter.recovered(found, NOON).text)
    check(listing(found, NOON).text)
    firing = sum(len(each.firing) + each.truncated for each in found)
    assert f"with {firing} alert" in plain(presenter.storm(found, NOON, over=over).text)


def check_buttons(words: Words) -> None:
    labels = [button for row in words.buttons for button in row]
    assert len(labels) <= 100
    assert all(each.label.strip() and 0 < len(each.data.encode()) <= 64 for each in labels)


@given(KNOWN, PROCEDURES, st.none() | incidents(), st.sampled_from(["K1", "Alert" * 20]))
@settings(max_examples=40, deadline=None)
def test_a_runbook_fits(known: Known, found: list[Procedure], incident: Incident | None, subject: str) -> None:
    for words in (runbook(known, found, incident, subject), *(procedure(each, subject, incident) for each in found)):
        check(words.text)
        check_buttons(words)


@given(NEEDS)
@settings(max_examples=60, deadline=None)
def test_what_a_step_needs_fits_and_names_every_value(needs: Needs) -> None:
    words = needed(needs)
    shown = check(words.text)
    check_buttons(words)
    assert all(slot in shown for slot in needs.missing)
    command = shown[shown.index("/act K1 ") :].partition("\n")[0]
    assert "…" not in command or "…" in f"{needs.given}{needs.present}"
    assert f"/act K1 {needs.ref}" in shown


@given(TEXT, TEXT, st.sampled_from(ActionState), st.text(max_size=2100))
@settings(deadline=None)
def test_a_call_is_confirmed_only_when_all_of_it_is_shown(url: str, title: str, state: ActionState, body: str) -> None:
    action = Action(
        id="A1",
        incident_id="K1",
        title=title,
        method="POST",
        url=f"https://x.example/{url}",
        body=body,
        chat_id=7,
        prepared_by=7,
        prepared_at=NOON,
        state=state,
        answer=url * 4,
    )
    words = TelegramIncidents(Catalogue()).action(action)
    shown = check(words.text)

    if words.buttons:
        assert state is ActionState.PREPARED
        assert body.strip() == "" or " ".join(body.split()) in " ".join(shown.split()) or not body.isprintable()


def firing(**labels: str) -> Firing:
    return Firing(str(labels), {"alertname": "X", **labels}, {}, NOON)


def test_the_blast_radius_is_what_differs_with_how_many_values_it_has() -> None:
    alerts = [firing(job="a", pod=f"p{number}", zone="z") for number in range(5)]

    assert blast_radius(alerts) == "Reaches pod: p0, p1, p2 +2."
    assert blast_radius(alerts[:1]) == ""


def test_what_all_share_is_said_once_and_first_what_tells_them_from_those_that_have_ended() -> None:
    gone = Firing("gone", {"alertname": "X", "cluster": "eu", "pod": "p1", "app": "api"}, {}, NOON, NOON)
    left = firing(cluster="eu", pod="p2", app="api", severity="critical", system="s", family="f")

    assert in_common(make_incident(alerts=(left, gone)), {"family"}, 400) == "Labels: pod=p2, cluster=eu, app=api"
    both = make_incident(alerts=(left, firing(cluster="eu", pod="p3", app="api")))
    assert in_common(both, (), 400) == "Labels: cluster=eu, app=api"
    assert in_common(make_incident(alerts=(left,)), (), 400).startswith("Labels: cluster=eu, app=api, pod=p2, family=f")


@given(st.lists(ALERTS, max_size=5), st.integers(0, 400))
@settings(deadline=None)
def test_the_shared_labels_never_take_more_room_than_they_have(alerts: list[Firing], room: int) -> None:
    found = in_common(make_incident(alerts=tuple(alerts)), (), room)

    assert width(found) <= room
    parse_html(found)


def test_labels_that_do_not_fit_are_counted() -> None:
    one = firing(**{f"l{number}": "v" * 30 for number in range(20)})

    assert in_common(make_incident(alerts=(one,)), (), 100).endswith(" +18 more")


def test_the_worst_alert_is_listed_first_whatever_its_age() -> None:
    old = [Firing(f"w{number}", {"job": f"j{number}", "severity": "warning"}, {}, NOON) for number in range(400)]
    new = Firing("c", {"job": "z", "severity": "critical"}, {}, NOON + timedelta(hours=1))
    found = listed([*old, new], 500, NOON)

    assert found.lines[0].startswith("🔴 job=z")
    assert found.lines[1].startswith("🟡 ")


def test_many_alerts_are_shown_in_full_then_in_short_then_counted() -> None:
    def alerts(count: int) -> list[Firing]:
        return [
            Firing(str(number), {"job": f"job-{number:04}"}, {"description": "d" * 100}, NOON)
            for number in range(count)
        ]

    assert "ddd" in listed(alerts(10), 3000, NOON).text
    assert "ddd" not in listed(alerts(40), 3000, NOON).text
    assert listed(alerts(40), 3000, NOON).missing == 0
    assert listed(alerts(1000), 3000, NOON).missing > 900


def test_a_link_is_one_that_a_browser_opens() -> None:
    assert link("Runbook", "https://x.example/?" + "&" * 300) == ""
    assert link("Runbook", "https://x.example/a?b=c&d") == '<a href="https://x.example/a?b=c&amp;d">Runbook</a>'
    for wrong in ("", "javascript:alert(1)", "//x", "file:///etc", "https://[", "https://x/" + "a" * 900):
        assert link("Runbook", wrong) == ""


def test_a_command_that_cannot_be_shown_in_full_is_not_shown_in_half() -> None:
    call = StepCall("PUT", "/x", {"tools": "{tools}"})
    blocked = [f"Tool{number}" for number in range(300)]
    needs = Needs(
        incident_id="K1",
        ref=StepRef(2),
        step=Step("Do it.", call=call),
        call=call,
        mark="2",
        given={},
        missing=("tools",),
        present={"tools": blocked},
    )

    assert "/act K1 2 tools=</code>\nWhat is known already is too long" in needed(needs).text
    assert "/act K1 2 tools=Tool0,Tool1</code>" in needed(replace(needs, present={"tools": blocked[:2]})).text
