"""Commands without their argument offer what there is, and a tap does what the command would."""

from pathlib import Path

import pytest

from agent.adapters.telegram.render.presses import read_press
from agent.domain.approval import Scope
from agent.domain.outbox import Message
from agent.domain.roles import Role
from tests.agent.adapters.telegram.dispatch.office import APPROVER, GROUP, OPERATOR, USER, Office


async def newest(office: Office) -> Message:
    await office.agency.send_all()
    return (await office.messages())[-1]


def data(message: Message) -> list[str]:
    return [each.data for row in message.buttons for each in row]


async def asked(office: Office, text: str, user: int = OPERATOR) -> Message:
    await office.says(user, text)
    return await newest(office)


async def asked_about(tmp_path: Path, *prompts: str) -> tuple[Office, list[str]]:
    office = Office(tmp_path, gate=Scope.SHELL)
    await office.register()
    await office.says(OPERATOR, *prompts)
    keys = [each.key for each in await office.messages() if each.key.startswith("approval:")]
    return office, [key.removeprefix("approval:") for key in keys]


async def test_a_session_is_opened_by_tapping_a_project_and_the_choice_becomes_the_session(office: Office) -> None:
    await office.register("web")
    choice = await asked(office, "/new")
    assert data(choice) == ["o:app", "o:web"]

    await office.taps(OPERATOR, "o:web", message=choice.telegram_id)
    assert [each.project_id for each in await office.sessions()] == ["web"]
    opened = await newest(office)
    assert "Session S1 in web" in opened.text.replace("<b>", "").replace("</b>", "")
    assert opened.telegram_id == choice.telegram_id


async def test_a_button_that_is_tapped_twice_opens_one_session(office: Office) -> None:
    await office.register("web")
    choice = await asked(office, "/new")
    taps = [office.tapped(OPERATOR, data, message=choice.telegram_id) for data in ("o:web", "o:web", "o:app")]
    await office.hears(*taps)
    assert [each.project_id for each in await office.sessions()] == ["app", "web"]

    await office.says(OPERATOR, "/close S1")
    await office.taps(OPERATOR, "o:web", message=choice.telegram_id)
    assert [each.id for each in await office.sessions() if each.is_open] == ["S3", "S2"]


async def test_where_there_is_one_project_there_is_nothing_to_choose(office: Office) -> None:
    await office.says(OPERATOR, "/new")
    assert [each.project_id for each in await office.sessions()] == ["app"]


async def test_a_tap_works_after_a_restart(office: Office) -> None:
    await office.register("web")
    choice = await asked(office, "/new")
    other = Office(office.folder, store=office.store, before=office)
    await other.taps(OPERATOR, "o:web", message=choice.telegram_id)
    assert [each.project_id for each in await other.sessions()] == ["web"]


async def test_a_project_that_is_gone_is_refused_and_nothing_is_changed(office: Office) -> None:
    assert await office.taps(OPERATOR, "o:gone") == ["⚠️ There is no project gone."]
    assert await office.sessions() == []


async def test_a_prompt_without_a_session_offers_the_projects_to_be_tapped(office: Office) -> None:
    await office.register("web")
    assert data(await asked(office, "fix it")) == ["o:app", "o:web"]


async def test_use_alone_offers_the_other_sessions(office: Office) -> None:
    await office.says(OPERATOR, "/new app", "/new app")
    choice = await asked(office, "/use")
    assert data(choice) == ["u:S1"]
    await office.taps(OPERATOR, "u:S1", message=choice.telegram_id)
    await office.says(OPERATOR, "go")
    assert (await office.runs())[0].session_id == "S1"


async def test_profile_alone_offers_the_profiles_and_marks_the_sessions_own(office: Office) -> None:
    await office.says(OPERATOR, "/new app")
    choice = await asked(office, "/profile")
    assert [each.label for row in choice.buttons for each in row] == ["👉 default", "other"]
    await office.taps(OPERATOR, "p:other", message=choice.telegram_id)
    assert (await office.sessions())[0].profile == "other"
    assert (await newest(office)).telegram_id == choice.telegram_id


@pytest.mark.parametrize("text", ["/projects", "/profiles"])
async def test_who_may_open_nothing_is_offered_nothing(office: Office, text: str) -> None:
    await office.register("web")
    assert (await asked(office, text, USER[Role.VIEWER])).buttons == ()
    assert (await asked(office, "/profile")).buttons == ()  # there is no session whose profile it could be


async def test_a_question_is_answered_in_the_list_which_loses_it(tmp_path: Path) -> None:
    office, (one, two) = await asked_about(tmp_path, "one", "two")
    listing = await asked(office, "/approvals", APPROVER)
    assert data(listing) == [f"y:{one}", f"n:{one}", f"y:{two}", f"n:{two}"]

    assert await office.taps(APPROVER, f"y:{one}", message=listing.telegram_id) == [f"✅ Approval {one} is approved."]
    await office.agency.send_all()
    edited = [each for each in await office.messages() if each.telegram_id == listing.telegram_id][-1]
    assert data(edited) == [f"y:{two}", f"n:{two}"]


async def test_who_may_not_answer_sees_the_list_without_buttons(tmp_path: Path) -> None:
    office, _ = await asked_about(tmp_path, "one")
    assert (await asked(office, "/approvals")).buttons == ()


async def test_a_long_question_is_shown_in_full_before_it_can_be_answered(tmp_path: Path) -> None:
    office, (name,) = await asked_about(tmp_path, "x" * 400)
    await office.agency.send_all()
    async with office.store.reading() as records:
        first = await records.outbox.posted(OPERATOR, f"approval:{name}")
    listing = await asked(office, "/approvals", APPROVER)
    assert data(listing) == [f"w:{name}", f"n:{name}"]

    await office.taps(APPROVER, f"w:{name}", message=listing.telegram_id)
    whole = await newest(office)
    assert "x" * 400 in whole.text
    assert [press.do for each in data(whole) if (press := read_press(each))][:2] == ["y", "n"]

    again = await asked(office, f"/approvals {name.lower()}", OPERATOR)
    assert "x" * 400 in again.text
    (old,) = [each for each in await office.messages() if each.telegram_id == first and not each.key]
    assert old.text == "Asked again below."
    assert "There is no approval nothing" in (await asked(office, "/approvals nothing", APPROVER)).text


async def test_the_help_is_turned_page_by_page_in_one_message(office: Office) -> None:
    whole = await asked(office, "/help")
    for task, words in (("sessions", "/use [SESSION]"), ("alerts", "/ack INCIDENT"), ("all", "you are operator")):
        await office.taps(OPERATOR, f"v:{task}", message=whole.telegram_id)
        turned = await newest(office)
        assert turned.telegram_id == whole.telegram_id
        assert words in turned.text


async def test_start_says_the_next_thing_to_do(tmp_path: Path) -> None:
    office = Office(tmp_path)
    assert "ask an admin to add a repository" in (await asked(office, "/start")).text
    assert "/scan" in (await asked(office, "/start", USER[Role.ADMIN])).text
    await office.register()
    assert "opens by itself" in (await asked(office, "/start link")).text
    await office.register("web")
    assert data(await asked(office, "/start")) == ["o:app", "o:web"]
    await office.says(OPERATOR, "/new app", "go")
    assert "1 run under way" in (await asked(office, "/start")).text


async def test_start_in_a_group_says_that_the_bot_has_to_be_mentioned(office: Office) -> None:
    assert "Mention me" in (await office.says(OPERATOR, "/start", chat=GROUP))[0]
    assert "mention me" in (await office.says(OPERATOR, "/new app", chat=GROUP))[0]
    assert "mention" not in (await office.says(OPERATOR, "/new app", chat=GROUP, thread=7))[0].lower()
    assert "Mention me" not in (await office.says(OPERATOR, "/start", chat=GROUP, thread=7))[0]


async def test_start_counts_the_questions_of_an_approver(tmp_path: Path) -> None:
    office, _ = await asked_about(tmp_path, "one", "two")
    assert "2 questions to answer: /approvals" in (await asked(office, "/start", APPROVER)).text
    assert "to answer" not in (await asked(office, "/start", OPERATOR)).text
