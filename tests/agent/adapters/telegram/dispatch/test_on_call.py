"""The on-call in the chat: commands and buttons, by people with and without the role, before and after a restart."""

from pathlib import Path

import pytest

from agent.adapters.telegram.commands import Verb
from agent.adapters.telegram.dispatch.on_call import OnCallCommands
from agent.adapters.telegram.dispatch.table import overtakes
from agent.adapters.telegram.parsing import Asked
from agent.adapters.telegram.render.presses import Do, Press, press_data
from agent.domain.chart import Line
from agent.domain.incident import Presence
from agent.domain.incident_action import ActionState
from agent.domain.rota import Rota
from agent.ports import Words
from tests.agent.adapters.telegram.dispatch.office import ADMIN, APPROVER, OPERATOR, Office, readable
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import CATALOGUE, OnCall, alert, webhook

VIEWER = 1
GROUP = -100500
MARK = CATALOGUE.procedures["stop-the-tools"].mark


class Duty:
    """An office with the on-call loop; a second one over the same office is a restart."""

    def __init__(self, folder: Path, before: "Duty | None" = None) -> None:
        former: Office | None = before.office if before else None
        self.office: Office = Office(folder, store=former.store if former else None, before=former)
        self.loop: OnCall = OnCall(agency=self.office.agency, rota=Rota(chats=(GROUP,)), spool=folder / "spool")
        if before:
            self.loop.silencer = before.loop.silencer
            self.loop.silences._silencer = before.loop.silencer
        commands = OnCallCommands(
            journal=self.loop.journal,
            rota=self.loop.rota,
            catalogue=CATALOGUE,
            acks=self.loop.acks,
            silences=self.loop.silences,
            storms=self.loop.storms,
            actions=self.loop.actions,
            spool=folder / "spool",
            charts=self.loop.charts,
        )
        object.__setattr__(self.office.desk, "on_call", commands)

    async def fire(self, name: str = "High", severity: str = "critical") -> str:
        await self.loop.receive(webhook([alert(name, since=NOON, severity=severity)]))
        return (await self.loop.incident()).id

    async def buttons(self) -> dict[str, str]:
        """Those of the newest message: what they say, and what they say to us."""
        rows = (await self.office.messages())[-1].buttons
        return {button.label: button.data for row in rows for button in row}

    async def last_posted(self) -> int:
        """Telegram's number of the newest message, once everything has left."""
        await self.loop.send_all()
        return max(each.telegram_id or 0 for each in await self.office.messages())

    async def tapped(self, user: int, data: str, message: int) -> None:
        await self.office.taps(user, data, message=message)

    async def says(self, user: int, text: str) -> str:
        return "\n".join(await self.office.says(user, text))

    async def replies(self, user: int, text: str, key: str) -> str:
        """Somebody answers the message with that key in the group."""
        await self.loop.send_all()
        async with self.office.store.reading() as records:
            posted = await records.outbox.posted(GROUP, key)
        assert posted
        before = len(await self.office.messages())
        answered = {"message_id": posted, "from": {"id": 9, "is_bot": True, "username": "tocsin_bot"}}
        await self.office.hears(self.office.written(user, text, chat=GROUP, reply_to_message=answered))
        return "\n".join(each.text for each in (await self.office.messages())[before:])

    async def taps(self, user: int, do: Do, subject: str, detail: str = "") -> str:
        return "\n".join(await self.office.taps(user, press_data(Press(do, subject, detail)), chat=GROUP))


def written(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


@pytest.fixture
def duty(tmp_path: Path) -> Duty:
    return Duty(tmp_path)


async def test_what_fires_is_listed_worst_first_with_who_has_it(duty: Duty) -> None:
    assert "Nothing fires" in await duty.says(VIEWER, "/alerts")
    mild, bad = await duty.fire("Mild", "warning"), await duty.fire()
    await duty.says(OPERATOR, f"/ack {mild}")
    text = await duty.says(VIEWER, "/alerts")

    assert text.index(bad) < text.index(mild)
    assert "nobody has it" in text
    assert "user 2, 0 s ago" in text


async def test_a_tap_takes_an_incident_even_after_a_restart(duty: Duty, tmp_path: Path) -> None:
    incident_id = await duty.fire()
    reborn = Duty(tmp_path, before=duty)
    assert f"You have incident {incident_id}" in await reborn.taps(OPERATOR, Do.ACKNOWLEDGE, incident_id)

    assert (await reborn.loop.incident(incident_id)).acked_by == OPERATOR


async def test_all_of_them_can_be_taken_at_once(duty: Duty) -> None:
    for name in ("A", "B", "C"):
        await duty.fire(name)

    assert "You have 3 more incidents" in await duty.says(OPERATOR, "/ack all")
    assert {each.acked_by for each in await duty.loop.all()} == {OPERATOR}


@pytest.mark.parametrize("do", [Do.ACKNOWLEDGE, Do.SILENCE, Do.UNSILENCE, Do.ACT, Do.CONFIRM])
async def test_a_viewer_may_look_and_change_nothing(duty: Duty, do: Do) -> None:
    incident_id = await duty.fire()
    before = await duty.loop.incident(incident_id)
    assert "takes the role" in await duty.taps(VIEWER, do, incident_id, "2")

    assert await duty.loop.incident(incident_id) == before


async def test_an_operator_may_not_run_steps(duty: Duty) -> None:
    incident_id = await duty.fire()
    assert "takes the role approver" in await duty.says(OPERATOR, f"/act {incident_id} 2 id=d1")


async def test_silence_and_undo_by_button(duty: Duty) -> None:
    incident_id = await duty.fire()
    assert "silenced until 01 Mar 16:00 UTC" in await duty.taps(OPERATOR, Do.SILENCE, incident_id, "4h")
    assert len(duty.loop.silencer.silences) == 1
    assert "silenced no more" in await duty.taps(OPERATOR, Do.UNSILENCE, incident_id)
    assert duty.loop.silencer.silences == {}


async def test_people_are_named_as_telegram_names_them(duty: Duty) -> None:
    incident_id = await duty.fire()
    update = duty.office.written(OPERATOR, f"/silence {incident_id} 2h")
    update["message"]["from"]["username"] = "anna_ops"
    await duty.office.hears(update)

    (silence,) = duty.loop.silencer.silences.values()
    assert silence.by == "@anna_ops"


async def test_an_alertmanager_that_is_away_is_one_clear_sentence(duty: Duty) -> None:
    incident_id = await duty.fire()
    duty.loop.silencer.down = "Alertmanager did not answer within 5 s."
    before = await duty.loop.incident(incident_id)

    assert "Alertmanager did not answer within 5 s." in await duty.says(OPERATOR, f"/silence {incident_id} 2h")
    assert await duty.loop.incident(incident_id) == before


async def test_the_runbook_is_found_by_alert_and_by_incident(duty: Duty) -> None:
    incident_id = await duty.fire()
    by_name, by_id = await duty.says(VIEWER, "/runbook High"), await duty.says(VIEWER, f"/runbook {incident_id}")

    assert "4. ▶ Call afar." in by_name
    assert by_name == by_id
    assert f"/act {incident_id} 2" in by_id
    assert "no alert and no procedure Nonsense" in await duty.says(VIEWER, "/runbook Nonsense")
    assert await duty.says(VIEWER, "/runbook hIGH") == by_name


async def test_the_runbook_of_an_alert_that_does_not_fire_has_no_buttons_to_run_anything(duty: Duty) -> None:
    text = await duty.says(VIEWER, "/runbook High")

    assert "can be run for an incident: <code>/act ID 2</code>" in text
    assert await duty.buttons() == {"📋 Stop the tools · 2 calls": "b:High:" + MARK}


async def test_every_step_that_can_be_run_has_a_button_and_every_procedure_too(duty: Duty) -> None:
    incident_id = await duty.fire()
    await duty.says(VIEWER, f"/runbook {incident_id}")

    assert await duty.buttons() == {
        "▶ 2. Roll it back.": f"e:{incident_id}:2",
        "▶ 3. Freeze promotions.": f"e:{incident_id}:3",
        "▶ 4. Call afar.": f"e:{incident_id}:4",
        "📋 Stop the tools · 2 calls": f"b:{incident_id}:{MARK}",
    }


async def test_a_procedure_is_shown_in_the_place_of_the_steps_and_leads_back_to_them(duty: Duty) -> None:
    incident_id = await duty.fire()
    await duty.says(VIEWER, f"/runbook {incident_id}")
    steps = await duty.last_posted()
    await duty.tapped(VIEWER, f"b:{incident_id}:{MARK}", steps)

    assert await duty.last_posted() == steps
    shown = (await duty.office.messages())[-1]
    assert "<b>Block</b>\n3. ▶ Block them." in shown.text
    assert f"/act {incident_id} stop-the-tools.2" in shown.text
    assert await duty.buttons() == {
        "▶ 2. See what is blocked.": f"e:{incident_id}:{MARK}.2",
        "▶ 3. Block them.": f"e:{incident_id}:{MARK}.3",
        "⬅ Back": f"b:{incident_id}",
    }
    await duty.tapped(VIEWER, f"b:{incident_id}", steps)
    assert "2. ▶ Roll it back." in (await duty.office.messages())[-1].text
    assert await duty.last_posted() == steps


async def test_a_procedure_is_found_by_its_name_and_says_that_its_steps_need_an_incident(duty: Duty) -> None:
    text = await duty.says(VIEWER, "/runbook Stop-The-Tools")

    assert "can be run for an incident: <code>/act ID stop-the-tools.2</code>" in text
    assert await duty.buttons() == {}
    assert "There is no procedure nonsense" in await duty.says(VIEWER, "/runbook High nonsense")


async def test_without_a_name_all_procedures_are_listed(duty: Duty) -> None:
    text = await duty.says(VIEWER, "/runbook")

    assert "<code>stop-the-tools</code> Stop the tools" in text
    assert "<code>unseen</code>" in text


async def test_a_step_is_shown_confirmed_and_run_from_the_chat_even_with_a_restart_between(
    duty: Duty, tmp_path: Path
) -> None:
    incident_id = await duty.fire()
    assert await duty.taps(APPROVER, Do.ACT, incident_id, "2") == ""
    asked = (await duty.office.messages())[-1]
    assert asked.chat_id == GROUP
    assert f"<code>/act {incident_id} 2 id=</code>" in asked.text
    assert "No list of them could be had just now." in asked.text
    shown = await duty.says(APPROVER, f"/act {incident_id} 2 id=d1")
    assert "/deployments/d1/rollback" in shown
    async with duty.office.store.reading() as records:
        (action,) = await records.incidents.actions_in(ActionState.PREPARED)

    reborn = Duty(tmp_path, before=duty)
    await reborn.taps(ADMIN, Do.CONFIRM, action.id)
    await reborn.loop.actions.turn()

    assert [each.id for each in reborn.loop.runner.ran] == [action.id]
    assert "done already" in await reborn.taps(ADMIN, Do.CONFIRM, action.id)
    assert len(reborn.loop.runner.ran) == 1


async def test_a_foreign_host_is_refused_in_the_chat(duty: Duty) -> None:
    incident_id = await duty.fire()
    assert "not in ACTION_HOSTS" in await duty.taps(APPROVER, Do.ACT, incident_id, "4")


async def test_values_that_are_none_are_refused(duty: Duty) -> None:
    incident_id = await duty.fire()
    assert "name=value" in await duty.says(APPROVER, f"/act {incident_id} 2 d1")


async def test_a_forged_detail_does_nothing(duty: Duty) -> None:
    incident_id = await duty.fire()
    for detail in ("x", "2 id", "999", "ffffff.1"):
        assert "⚠️" in await duty.taps(APPROVER, Do.ACT, incident_id, detail)
    async with duty.office.store.reading() as records:
        assert not await records.incidents.actions_in(ActionState.PREPARED)


async def test_what_could_be_meant_is_a_button_each_and_a_tap_shows_the_call(duty: Duty) -> None:
    incident_id = await duty.fire()
    deployments = [{"id": "old", "status": "rolled_back"}, {"id": "d1", "status": "active"}]
    duty.loop.runner.there["/api/v1/agents/deployments"] = deployments
    asked = await duty.says(APPROVER, f"/act {incident_id} 2 id=")

    assert "to choose from: <code>d1</code>, <code>old</code>" in asked
    assert await duty.buttons() == {
        "d1 · active": f"e:{incident_id}:2 id=d1",
        "old · rolled_back": f"e:{incident_id}:2 id=old",
    }
    await duty.taps(APPROVER, Do.ACT, incident_id, "2 id=d1")
    assert "/deployments/d1/rollback" in (await duty.office.messages())[-1].text


async def test_a_call_that_replaces_something_keeps_what_is_not_to_change(duty: Duty) -> None:
    incident_id = await duty.fire()
    now = {"organization_id": "o1", "allow_tools": ["Read"], "emergency_denylist": ["Bash"], "metadata": {}}
    duty.loop.runner.there["/api/v1/agents/policies/overlay"] = now
    asked = await duty.says(APPROVER, f"/act {incident_id} stop-the-tools.3")

    assert "<b>denied</b>: the tools to block\n   now: <code>Bash</code>" in asked
    assert f"<code>/act {incident_id} stop-the-tools.3 denied=Bash</code>" in asked
    assert "What you leave out stays as it is now." in asked
    shown = await duty.says(APPROVER, f"/act {incident_id} stop-the-tools.3 denied=Bash,Write")
    assert '{"allow_tools": ["Read"], "emergency_denylist": ["Bash", "Write"], "organization_id": "o1"}' in shown


async def test_the_timeline_is_shown_and_sent_as_a_file_when_it_is_long(duty: Duty) -> None:
    incident_id = await duty.fire()
    assert "| opened | agent |" in await duty.says(VIEWER, f"/timeline {incident_id}")
    for _ in range(60):
        await duty.loop.ack(incident_id, by=OPERATOR, name="somebody with a name")
    await duty.taps(VIEWER, Do.TIMELINE, incident_id)

    document = (await duty.office.messages())[-1].document
    assert written(document).count("acknowledged") == 60


async def test_asking_gives_what_a_storm_has_gathered_its_own_message(duty: Duty) -> None:
    for number in range(12):
        await duty.fire(f"A{number}")
    assert [each.presence for each in await duty.loop.all()].count(Presence.FOLDED) == 2
    await duty.says(VIEWER, "/alerts")

    assert {each.presence for each in await duty.loop.all()} == {Presence.SHOWN}


async def test_who_is_on_call_is_said(duty: Duty) -> None:
    text = await duty.says(VIEWER, "/oncall")

    assert "posted in -100500" in text
    assert "after 15 min to chat -100500" in text


async def test_everything_that_is_said_about_incidents_can_be_sent(duty: Duty) -> None:
    incident_id = await duty.fire()
    for text in ("/alerts", "/oncall", "/runbook High", f"/ack {incident_id}", f"/timeline {incident_id}"):
        await duty.says(ADMIN, text)
    await duty.says(ADMIN, f"/act {incident_id} 2 id=d1")

    for message in await duty.office.messages():
        readable(message)


async def test_a_viewer_asks_for_a_chart_by_command_and_by_button(duty: Duty) -> None:
    incident = await duty.fire()
    duty.loop.history.known["max(failure_rate)"] = [Line({}, ((duty.loop.clock.now().timestamp(), 0.3),))]
    await duty.says(VIEWER, f"/chart {incident}")
    await duty.taps(VIEWER, Do.CHART, incident)

    shown = [each for each in await duty.office.messages() if each.is_picture]
    assert [each.text for each in shown] == [shown[0].text] * 2
    assert shown[0].document != shown[1].document
    assert incident in shown[0].text


async def test_a_chart_that_cannot_be_drawn_is_a_sentence(duty: Duty) -> None:
    duty.loop.history.down = "Prometheus did not answer within 10 s."

    assert await duty.says(VIEWER, "/chart High") == "⚠️ Prometheus did not answer within 10 s."


async def test_a_silence_says_what_it_covers_and_what_it_was(duty: Duty) -> None:
    incident_id = await duty.fire()
    assert 'alertname="High", severity="critical", system="bot"' in await duty.taps(
        OPERATOR, Do.SILENCE, incident_id, "24h"
    )
    shorter = await duty.says(OPERATOR, f"/silence {incident_id} 5m")
    assert "was silenced until 02 Mar 12:00 UTC, now until 01 Mar 12:05 UTC" in shorter


async def test_a_silence_is_undone_by_text_in_the_name_that_telegram_knows(duty: Duty) -> None:
    incident_id = await duty.fire()
    await duty.says(OPERATOR, f"/silence #{incident_id} 2h")
    update = duty.office.written(OPERATOR, f"/unsilence {incident_id.lower()}")
    update["message"]["from"]["username"] = "anna_ops"
    await duty.office.hears(update)

    assert duty.loop.silencer.silences == {}
    assert "| silence ended | @anna_ops | taken back |" in await duty.says(VIEWER, f"/timeline {incident_id}")
    assert f"Incident {incident_id} is not silenced." in await duty.says(OPERATOR, f"/unsilence {incident_id}")


async def test_an_incident_is_found_with_the_sign_that_people_write_before_numbers(duty: Duty) -> None:
    incident_id = await duty.fire()

    assert f"You have incident {incident_id}" in await duty.says(OPERATOR, f"/ack #{incident_id.lower()}")
    assert "4. ▶ Call afar." in await duty.says(VIEWER, f"/runbook #{incident_id}")


async def test_whoever_wants_to_resolve_is_told_how_incidents_end(duty: Duty) -> None:
    text = await duty.says(OPERATOR, "/resolve K1")

    assert "an incident resolves when its alerts do" in text
    assert "/resume" not in text


async def test_of_two_who_take_it_at_once_one_has_it_and_the_other_is_asked(duty: Duty) -> None:
    incident_id = await duty.fire()
    assert f"You have incident {incident_id}" in await duty.taps(OPERATOR, Do.ACKNOWLEDGE, incident_id)
    assert f"user 2 has incident {incident_id} since 01 Mar 12:00 UTC. Take over?" in await duty.taps(
        APPROVER, Do.ACKNOWLEDGE, incident_id
    )
    assert (await duty.loop.incident(incident_id)).acked_by == OPERATOR

    assert f"You have incident {incident_id}" in await duty.taps(APPROVER, Do.TAKE_OVER, incident_id)
    assert f"You have incident {incident_id}" in await duty.says(ADMIN, f"/takeover {incident_id}")
    assert (await duty.loop.incident(incident_id)).acked_by == ADMIN


async def test_confirming_a_step_after_the_incident_has_resolved_asks_again(duty: Duty) -> None:
    incident_id = await duty.fire()
    await duty.says(APPROVER, f"/act {incident_id} 2 id=d1")
    async with duty.office.store.reading() as records:
        (action,) = await records.incidents.actions_in(ActionState.PREPARED)
    await duty.loop.receive(webhook([alert(since=NOON, until=NOON, severity="critical")]))

    asked = await duty.taps(APPROVER, Do.CONFIRM, action.id)
    assert f"Incident {incident_id} has resolved meanwhile, nothing was sent. Send it anyway?" in asked
    await duty.loop.actions.turn()
    assert duty.loop.runner.ran == []
    await duty.taps(APPROVER, Do.CONFIRM_ANYWAY, action.id)
    await duty.loop.actions.turn()
    assert [each.id for each in duty.loop.runner.ran] == [action.id]
    assert "takes the role approver" in await duty.taps(OPERATOR, Do.CONFIRM_ANYWAY, action.id)


@pytest.mark.parametrize("text", ["ack", "/ack", "Ack", "/ack@tocsin_bot"])
async def test_a_reply_to_an_incident_needs_no_id(duty: Duty, text: str) -> None:
    incident_id = await duty.fire()
    assert f"You have incident {incident_id}" in await duty.replies(OPERATOR, text, f"incident:{incident_id}:1")

    assert (await duty.loop.incident(incident_id)).acked_by == OPERATOR
    assert await duty.office.runs() == []


async def test_a_reply_may_be_any_of_the_commands_about_an_incident(duty: Duty) -> None:
    incident_id = await duty.fire()
    key = f"incident:{incident_id}:1"

    assert "is silenced until 01 Mar 13:00 UTC" in await duty.replies(OPERATOR, "silence 1h", key)
    assert "is silenced no more" in await duty.replies(OPERATOR, "unsilence", key)
    assert "4. ▶ Call afar." in await duty.replies(VIEWER, "steps", key)
    assert "| opened | agent |" in await duty.replies(VIEWER, "/timeline", key)
    assert "/deployments/d1/rollback" in await duty.replies(APPROVER, "act 2 id=d1", key)
    assert "/silence needs for" in await duty.replies(OPERATOR, "silence", key)
    assert await duty.office.runs() == []


async def test_a_reply_needs_the_role_of_its_command(duty: Duty) -> None:
    incident_id = await duty.fire()
    key = f"incident:{incident_id}:1"

    assert "takes the role operator; you are viewer" in await duty.replies(VIEWER, "ack", key)
    assert "takes the role approver; you are operator" in await duty.replies(OPERATOR, "act 2 id=d1", key)
    assert (await duty.loop.incident(incident_id)).acked_by is None


@pytest.mark.parametrize("text", ["what is going on?", "fix it", "/usr/bin is full"])
async def test_any_other_reply_to_an_incident_asks_back_and_runs_nothing(duty: Duty, text: str) -> None:
    await duty.office.register()
    incident_id = await duty.fire()
    asked = await duty.replies(OPERATOR, text, f"incident:{incident_id}:1")

    assert f"That answers incident {incident_id}, so nothing was run." in asked
    assert await duty.office.runs() == []


async def test_a_reply_to_a_step_is_about_its_incident(duty: Duty) -> None:
    incident_id = await duty.fire()
    update = duty.office.written(APPROVER, f"/act {incident_id} 2 id=d1", chat=GROUP)
    await duty.office.hears(update)
    async with duty.office.store.reading() as records:
        (action,) = await records.incidents.actions_in(ActionState.PREPARED)

    assert f"You have incident {incident_id}" in await duty.replies(OPERATOR, "ack", f"action:{action.id}")


async def test_a_command_that_names_something_is_taken_as_it_stands_in_a_reply_too(duty: Duty) -> None:
    one, other = await duty.fire("A"), await duty.fire("B")
    assert f"You have incident {other}" in await duty.replies(OPERATOR, f"/ack {other}", f"incident:{one}:1")
    assert "did you mean /status" in await duty.replies(OPERATOR, "/statsu", f"incident:{one}:1")


async def test_a_reply_to_anything_else_is_the_prompt_that_it_is(duty: Duty) -> None:
    await duty.office.register()
    await duty.office.hears(duty.office.written(OPERATOR, "ack", reply_to_message={"message_id": 7}))

    assert [run.prompt for run in await duty.office.runs()] == ["ack"]


@pytest.mark.parametrize("procedure", ["", " stop-the-tools"])
async def test_a_reply_to_the_steps_of_an_incident_is_about_it(duty: Duty, procedure: str) -> None:
    await duty.office.register()
    incident_id = await duty.fire()
    await duty.office.says(VIEWER, f"/runbook {incident_id}{procedure}", chat=GROUP)
    key = f"runbook:{incident_id}"

    assert f"You have incident {incident_id}" in await duty.replies(OPERATOR, "ack", key)
    assert "is silenced until 01 Mar 13:00 UTC" in await duty.replies(OPERATOR, "silence 1h", key)
    assert f"That answers incident {incident_id}, so nothing was run." in await duty.replies(OPERATOR, "fix it", key)
    assert await duty.office.runs() == []


async def test_a_bare_number_in_reply_to_steps_could_be_of_others_and_is_not_guessed(duty: Duty) -> None:
    incident_id = await duty.fire()
    await duty.office.says(VIEWER, f"/runbook {incident_id} stop-the-tools", chat=GROUP)
    key = f"runbook:{incident_id}"

    assert f"/act {incident_id} PROCEDURE.2" in await duty.replies(APPROVER, "act 2 id=d1", key)
    async with duty.office.store.reading() as records:
        assert not await records.incidents.actions_in(ActionState.PREPARED)
    assert "api/v1/agents/policies/overlay" in await duty.replies(APPROVER, "act stop-the-tools.2", key)


@pytest.mark.parametrize("text", ["ack", "/ack", "silence 1h", "steps", "fix it"])
@pytest.mark.parametrize("subject", ["High", "stop-the-tools"])
async def test_a_reply_to_steps_without_an_incident_asks_which_and_runs_nothing(
    duty: Duty, subject: str, text: str
) -> None:
    await duty.office.register()
    await duty.office.says(VIEWER, f"/runbook {subject}", chat=GROUP)

    assert "Which one? /ack ID or /ack all takes them" in await duty.replies(OPERATOR, text, f"runbook:{subject}")
    assert await duty.office.runs() == []


@pytest.mark.parametrize("kind", ["escalated:{one},{other}:1.000", "storm:7:1", "unreached:-5:escalated:{one}:1.000"])
async def test_a_reply_to_what_tells_of_several_asks_which_and_takes_none(duty: Duty, kind: str) -> None:
    await duty.office.register()
    key = kind.format(one=await duty.fire("A"), other=await duty.fire("B"))
    async with duty.loop.journal.writing() as writing:
        await duty.loop.saying.say(writing, GROUP, key, Words("Several."))

    for text in ("ack", "silence 1h", "fix them"):
        assert "Which one? /ack ID or /ack all takes them" in await duty.replies(OPERATOR, text, key)
    assert {each.acked_by for each in await duty.loop.all()} == {None}
    assert await duty.office.runs() == []
    assert "You have 2 more incidents" in await duty.replies(OPERATOR, "/ack all", key)


async def test_a_reply_to_what_tells_of_one_that_reached_nobody_is_about_that_one(duty: Duty) -> None:
    incident_id = await duty.fire()
    key = f"unreached:-5:{incident_id}"
    async with duty.loop.journal.writing() as writing:
        await duty.loop.saying.say(writing, GROUP, key, Words("One."))

    assert f"You have incident {incident_id}" in await duty.replies(OPERATOR, "ack", key)


async def test_a_procedure_is_shown_for_an_incident_whose_alert_no_runbook_knows(duty: Duty) -> None:
    incident_id = await duty.fire("Foreign")
    assert "no alert Foreign" in await duty.says(VIEWER, f"/runbook {incident_id}")
    shown = await duty.says(VIEWER, f"/runbook {incident_id} stop-the-tools")

    assert f"/act {incident_id} stop-the-tools.2" in shown
    assert await duty.buttons() == {
        "▶ 2. See what is blocked.": f"e:{incident_id}:{MARK}.2",
        "▶ 3. Block them.": f"e:{incident_id}:{MARK}.3",
    }


async def test_a_reply_to_a_chart_is_about_its_incident(duty: Duty) -> None:
    incident_id = await duty.fire()
    duty.loop.history.known["max(failure_rate)"] = [Line({}, ((duty.loop.clock.now().timestamp(), 0.3),))]
    assert await duty.loop.charts.draw_due() == 1

    assert f"You have incident {incident_id}" in await duty.replies(OPERATOR, "ack", f"chart:{incident_id}:{GROUP}:1")


async def test_an_edited_reply_is_no_command(duty: Duty) -> None:
    incident_id = await duty.fire()
    await duty.replies(OPERATOR, "what is going on?", f"incident:{incident_id}:1")
    async with duty.office.store.reading() as records:
        posted = await records.outbox.posted(GROUP, f"incident:{incident_id}:1")
    written = duty.office.written(OPERATOR, "what?", chat=GROUP, reply_to_message={"message_id": posted})
    await duty.office.hears(written)
    await duty.office.hears(duty.office.edited(written, "ack"))

    assert (await duty.loop.incident()).acked_by is None


def test_whoever_takes_an_incident_does_not_wait_behind_what_was_asked_before() -> None:
    assert overtakes(Asked(Verb.ACK, {"incident": "W4"}))
    assert overtakes(Asked(Verb.TAKEOVER, {"incident": "W4"}))
    assert not overtakes(Asked(Verb.ACK, {"incident": "ALL"}))
