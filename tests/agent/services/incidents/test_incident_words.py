"""What foreign alerts say, and what becomes of it: their severities, their labels, and what of them cannot be read."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from agent.domain.catalog import Catalogue, Known, Step, StepRef
from agent.domain.incident import Presence
from agent.domain.rota import QuietHours, Rota
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import ADMIN, CHAT, OnCall, alert, webhook

MINUTE = timedelta(minutes=1)
NIGHT = Rota(chats=(CHAT,), quiet=QuietHours(time(11), time(14)))
LONG_AGO = datetime(2019, 12, 24, 18, tzinfo=UTC)


@pytest.fixture
def desk() -> OnCall:
    return OnCall()


@pytest.mark.parametrize("severity", ["page", "CRITICAL", "P1", "high", "purple", ""])
async def test_no_quiet_hours_hold_back_what_may_be_a_page(severity: str) -> None:
    desk = OnCall(rota=NIGHT)
    await desk.receive(webhook([alert(since=NOON, severity=severity)]))
    await desk.send_all()

    assert len(desk.rings) == 1


async def test_something_of_unknown_weight_that_joins_a_warning_lets_it_out_of_the_quiet_hours() -> None:
    desk = OnCall(rota=NIGHT)
    await desk.receive(webhook([alert(since=NOON)]))
    assert (await desk.incident()).presence is Presence.HELD
    await desk.receive(webhook([alert(since=NOON), alert(since=NOON, severity="major")]))
    await desk.announcing.release()
    await desk.send_all()

    assert len(desk.rings) == 1


async def test_a_single_alert_says_which_pod_of_which_cluster(desk: OnCall) -> None:
    labels = {"cluster": "eu-1", "namespace": "prod", "pod": "api-7f9"}
    await desk.receive(webhook([alert("KubePodCrashLooping", since=NOON, labels=labels)]))
    await desk.send_all()

    assert "Labels: cluster=eu-1, namespace=prod, pod=api-7f9\n1 alert firing." in desk.latest


async def test_production_and_staging_do_not_look_the_same(desk: OnCall) -> None:
    for env in ("prod", "staging"):
        disks = [alert("Disk", since=NOON, labels={"env": env, "instance": f"n{each}"}) for each in (1, 2)]
        await desk.receive(webhook(disks, labels={"alertname": "Disk", "env": env}))
    await desk.send_all()

    said = [message.text for message in desk.chat.said]
    assert ["Labels: env=prod\n" in text for text in said] == [True, False]
    assert ["Labels: env=staging\n" in text for text in said] == [False, True]
    assert all("• instance=n2, since" in text for text in said)


async def test_the_last_of_many_that_fires_is_named(desk: OnCall) -> None:
    def hosts(until: datetime | None) -> list[dict[str, Any]]:
        return [alert(since=NOON, until=until, labels={"instance": f"h{each}", "zone": "a"}) for each in range(50)]

    await desk.receive(webhook(hosts(None)))
    desk.clock.advance(60)
    await desk.receive(webhook([*hosts(NOON + MINUTE)[:49], hosts(None)[49]]))
    await desk.send_all()

    assert "Labels: instance=h49, zone=a\n1 alert firing, 49 alerts resolved." in desk.latest


async def test_labels_by_which_the_bundle_routes_are_hidden_where_the_catalogue_says_so(desk: OnCall) -> None:
    known = Known(name="High", steps=(Step("Look."),), routing=frozenset({"family"}))
    desk.presenter._catalogue = Catalogue({"High": known})
    labels = {"family": "f", "subject": "s"}
    await desk.receive(*(webhook([alert(name, since=NOON, labels=labels)]) for name in ("High", "Foreign")))
    await desk.send_all()

    said = [message.text for message in desk.chat.said]
    assert "Labels: subject=s\n" in said[0]
    assert "Labels: family=f, subject=s\n" in said[1]


GROUP = {"cluster": "eu"}


async def test_a_mixed_group_speaks_with_the_words_the_steps_and_the_buttons_of_its_worst_alert(desk: OnCall) -> None:
    other = alert("Other", since=NOON - MINUTE, annotations={"summary": "Other is so-so"})
    await desk.receive(webhook([other], labels=GROUP))
    await desk.send_all()
    assert "<b>Other</b>" in desk.latest
    assert "No runbook is known" in desk.latest
    await desk.receive(webhook([other, alert(since=NOON, severity="critical")], labels=GROUP))
    await desk.send_all()

    (message,) = (each for each in desk.chat.said if "SEV-1" in each.text)
    assert "<b>SEV-1 critical</b> · <b>High (group eu)</b> · bot" in message.text
    assert "High is bad" in message.text
    assert "2 alerts firing (1 critical, 1 warning)." in message.text
    assert message.text.index("🔴 alertname=High") < message.text.index("🟡 alertname=Other")
    assert "docker compose ps" in message.text
    assert "▶ 2. Roll it back." in {button.label for row in message.buttons for button in row}


async def test_the_step_that_a_button_of_a_mixed_group_names_is_the_step_that_is_prepared(desk: OnCall) -> None:
    other = alert("Other", since=NOON - MINUTE)
    await desk.receive(webhook([other], labels=GROUP))
    await desk.receive(webhook([other, alert(since=NOON, severity="critical")], labels=GROUP))
    async with desk.journal.writing() as writing:
        action = await desk.actions.prepare(writing, "K1", StepRef(2), by=7, chat_id=CHAT, given={"id": "d1"})

    assert action.title == "Roll it back."


async def test_without_a_catalogue_the_message_says_that_it_is_missing_and_takes_the_alerts_own_rank(
    desk: OnCall,
) -> None:
    desk.presenter._catalogue = Catalogue()
    said = {"summary": "s", "sev": "SEV-0"}
    await desk.receive(webhook([alert(since=NOON, severity="critical", annotations=said)]))
    await desk.send_all()

    assert "The runbook catalogue is not loaded" in desk.latest
    assert "No runbook is known" not in desk.latest
    assert "<b>SEV-0 critical</b>" in desk.latest


async def test_a_beginning_has_an_age_and_a_year_when_it_is_not_this_one(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON - 3 * MINUTE)]), webhook([alert("Old", since=LONG_AGO)]))
    await desk.send_all()

    said = [message.text for message in desk.chat.said]
    assert "Since 01 Mar 11:57 UTC (3 min ago)." in said[0]
    assert "Since 24 Dec 2019 18:00 UTC (2258 d" in said[1]


async def test_an_alert_without_a_beginning_is_shown_and_keeps_the_moment_of_its_arrival(desk: OnCall) -> None:
    undated = alert(since=NOON)
    del undated["startsAt"]
    await desk.receive(webhook([undated]))
    desk.clock.advance(3600)
    await desk.receive(webhook([undated]))
    await desk.send_all()

    assert len(desk.rings) == len(desk.chat.said) == 1
    assert "Since 01 Mar 12:00 UTC" in desk.latest
    assert "1 alert firing." in desk.latest
    desk.clock.advance(60)
    await desk.receive(webhook([{**undated, "status": "resolved"}]))
    assert not (await desk.incident()).is_open
    desk.clock.advance(60)
    await desk.receive(webhook([undated]))
    assert (await desk.incident()).is_open


def unreadable(name: str) -> str:
    return webhook([{"status": "firing", "labels": {}}], labels={"alertname": name})


async def test_a_group_that_cannot_be_read_is_named_and_each_new_one_rings(desk: OnCall) -> None:
    for name in ("X", "X", "Y", "X"):
        await desk.receive(unreadable(name))
        await desk.send_all()

    assert len(desk.rings) == 2
    assert {message.chat_id for message in desk.chat.said} == {ADMIN}
    assert "4 alert groups from Alertmanager could not be read today: X, Y." in desk.latest
    assert "None of its alerts has labels." in desk.latest


async def test_where_there_is_no_admin_chat_the_chats_of_the_incidents_hear_what_could_not_be_read(
    desk: OnCall,
) -> None:
    desk.intake._admin_chat = None
    await desk.receive(unreadable("X"))
    await desk.send_all()

    assert [message.chat_id for message in desk.chat.said] == [CHAT]
