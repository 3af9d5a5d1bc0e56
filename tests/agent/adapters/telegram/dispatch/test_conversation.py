"""What people say, and what comes of it."""

from pathlib import Path

import pytest

from agent.adapters.telegram.dispatch.sessions import LONGEST_PROMPT
from agent.domain.activity import Failure
from agent.domain.approval import Scope
from agent.domain.containment import MEANINGS
from agent.domain.error_codes import ErrorCode
from agent.domain.outbox import Button
from agent.domain.run import RunState
from agent.domain.trace import parse
from agent.errors import WorktreeError
from tests.agent.adapters.telegram.dispatch.office import ADMIN, APPROVER, GROUP, OPERATOR, Office, readable
from tests.agent.fakes import Script
from tests.agent.makers import make_project, make_run


async def told(office: Office, user: int, text: str) -> str:
    return "\n".join(await office.says(user, text))


async def failed_run(office: Office, code: ErrorCode = ErrorCode.CODEX_EXIT_NONZERO) -> str:
    office.agency.runner.scripts.append(Script(verdict=Failure(code, "it broke")))
    await office.says(OPERATOR, "do it")
    await office.agency.work_off()
    return (await office.runs())[0].id


async def test_a_prompt_opens_the_only_project_by_itself_and_says_so(office: Office) -> None:
    queued, opened = await office.says(OPERATOR, "fix the <b>tests</b>")

    assert "Session S1" in opened
    assert "Queued" in queued
    (run,) = await office.runs()
    assert (run.prompt, run.session_id, run.chat_id) == ("fix the <b>tests</b>", "S1", OPERATOR)


async def test_a_prompt_without_a_session_lists_the_projects_when_there_is_a_choice(office: Office) -> None:
    await office.register("web")
    reply = await told(office, OPERATOR, "fix it")
    assert "<code>/new app</code>" in reply
    assert "<code>/new web</code>" in reply
    assert await office.runs() == []


async def test_a_prompt_without_any_project_says_what_to_do(tmp_path: Path) -> None:
    assert "/scan" in await told(Office(tmp_path), OPERATOR, "fix it")


async def test_prompts_go_to_the_session_that_was_used_last(office: Office) -> None:
    await office.says(OPERATOR, "/new app", "/new app", "/use s1", "go")
    assert (await office.runs())[0].session_id == "S1"
    await office.says(OPERATOR, "/use 2", "go on")
    assert (await office.runs())[0].session_id == "S2"
    assert (await office.audited()).count("session.used") == 2


async def test_each_topic_has_a_session_of_its_own(office: Office) -> None:
    for thread in (7, 8):
        await office.says(OPERATOR, "@tocsin_bot do it", chat=GROUP, thread=thread)
    assert [run.session_id for run in await office.runs()] == ["S2", "S1"]
    assert "another chat or topic" in (await office.says(OPERATOR, "/use S1", chat=GROUP, thread=8))[0]


async def test_a_reply_to_a_runs_message_goes_to_that_runs_session(office: Office) -> None:
    await office.says(OPERATOR, "/new app", "first", "/new app")
    await office.agency.send_all()
    async with office.store.reading() as records:
        posted = await records.outbox.posted(OPERATOR, f"run:{(await office.runs())[0].id}")

    await office.hears(office.written(OPERATOR, "more", reply_to_message={"message_id": posted}))
    await office.hears(office.written(OPERATOR, "/cancel", reply_to_message={"message_id": posted}))

    more, first = await office.runs()
    assert (more.session_id, more.state) == ("S1", RunState.PENDING)
    assert first.state is RunState.CANCELLED


async def test_a_prompt_that_is_too_long_is_refused(office: Office) -> None:
    assert "32 kB" in await told(office, OPERATOR, "ä" * (LONGEST_PROMPT // 2 + 1))
    assert await office.runs() == []
    assert len(await office.says(OPERATOR, "ä" * (LONGEST_PROMPT // 2))) == 2


async def test_an_update_that_telegram_repeats_happens_once(office: Office) -> None:
    update = office.written(OPERATOR, "do it")
    await office.hears(update)
    await office.hears(update)
    assert len(await office.runs()) == 1


async def test_a_new_session_takes_a_profile_that_exists(office: Office) -> None:
    assert "There is no profile nonsense" in await told(office, OPERATOR, "/new app nonsense")
    await office.says(OPERATOR, "/new app other")
    (session,) = await office.sessions()
    assert session.profile == "other"
    assert "no profile" in await told(office, OPERATOR, "/profile nonsense")
    office.agency.runner.not_installed = "echo is not installed."
    assert "echo is not installed" in await told(office, OPERATOR, "/profile default")
    assert (await office.sessions())[0].profile == "default"


async def test_a_refusal_of_git_is_told_and_nothing_is_left(office: Office) -> None:
    office.git.failures.extend([WorktreeError("disk full", exit_code=128)] * 2)
    assert await told(office, OPERATOR, "/new app") == "⚠️ disk full"
    assert await office.sessions() == []
    assert not office.unsettled


async def test_a_prompt_that_cannot_be_queued_leaves_no_worktree(office: Office) -> None:
    del office.agency.profiles["default"]
    assert "no profile default" in await told(office, OPERATOR, "do it")
    assert await office.sessions() == []
    assert not office.git.trees


async def test_closing_needs_no_running_run_and_keeps_the_branch(office: Office) -> None:
    office.agency.runner.scripts.append(Script(hangs=True))
    await office.says(OPERATOR, "do it")
    await office.agency.runs.start_ready()
    assert "cancel it first" in await told(office, OPERATOR, "/close")

    assert "being stopped" in await told(office, OPERATOR, "/cancel")
    await office.agency.work.settle()
    assert "tocsin/S1" in await told(office, OPERATOR, "/close")


async def test_cancel_takes_the_newest_that_is_not_over(office: Office) -> None:
    assert "Nothing is running or queued here." in await told(office, OPERATOR, "/cancel")
    await office.says(OPERATOR, "one", "two")
    await office.says(OPERATOR, "/cancel")
    assert [run.state for run in await office.runs()] == [RunState.CANCELLED, RunState.PENDING]


async def test_a_run_is_named_by_the_beginning_of_its_id(office: Office) -> None:
    async with office.store.transaction() as records:
        for name in ("1b9d6bcd-aaaa", "1b9d6bcd-bbbb", "77f00000-cccc"):
            await records.runs.add(make_run(id=name, chat_id=OPERATOR, prompt=name))
    assert "77f00000-cccc" in await told(office, OPERATOR, "/summary 77F0")
    assert "at least 4" in await told(office, OPERATOR, "/summary 77f")
    assert "several runs" in await told(office, OPERATOR, "/summary 1b9d")
    assert "1b9d6bcd-bbbb" in await told(office, OPERATOR, "/summary 1b9d6bcd-b")
    assert "There is no run ffff" in await told(office, OPERATOR, "/summary ffff")


async def test_a_failed_run_is_tried_again_once_however_often_it_is_tapped(office: Office) -> None:
    failed = await failed_run(office)
    first = await office.taps(OPERATOR, f"r:{failed}:retry_same_agent")
    second = await office.taps(OPERATOR, f"r:{failed}:retry_same_agent")
    third = await told(office, OPERATOR, "/retry")

    assert first[0].startswith("🔁")
    assert "being tried again already" in second[0]
    assert "being tried again already" in third
    assert [run.retry_of for run in await office.runs()] == [failed, ""]


async def test_retry_takes_what_is_offered(office: Office) -> None:
    await failed_run(office, ErrorCode.CLI_NOT_FOUND)
    await office.says(OPERATOR, "/retry")
    assert len(await office.runs()) == 2


async def test_what_else_is_offered_for_a_failed_run_is_shown(office: Office) -> None:
    failed = await failed_run(office, ErrorCode.INVALID_AGENT_CONFIG)
    log = office.desk.log_of(failed)
    log.parent.mkdir(parents=True)
    log.write_text("output")
    for user, remedy in ((OPERATOR, "open_agents"), (ADMIN, "open_settings"), (ADMIN, "download_artifact")):
        await office.taps(user, f"r:{failed}:{remedy}")

    profiles, settings, artifact = (await office.messages())[-3:]
    assert "Profiles" in profiles.text
    assert "polling" in settings.text
    assert artifact.document.endswith(f"{failed}.txt")
    assert "admin" in (await office.taps(OPERATOR, f"r:{failed}:open_settings"))[0]


async def test_an_approval_is_answered_by_tap_or_text_once(tmp_path: Path) -> None:
    office = Office(tmp_path, gate=Scope.SHELL)
    await office.register()
    await office.says(OPERATOR, "one", "two")
    one, two = [each.key.removeprefix("approval:") for each in await office.messages() if "approval:" in each.key]

    assert one in await told(office, APPROVER, "/approvals")
    assert await office.taps(APPROVER, f"y:{one}") == [f"✅ Approval {one} is approved."]
    assert await office.taps(APPROVER, f"y:{one}") == [f"⚠️ Approval {one} is already approved."]
    assert "is denied" in await told(office, APPROVER, f"/deny {two.lower()}")
    assert {run.state for run in await office.runs()} == {RunState.PENDING, RunState.CANCELLED}
    assert "Nothing waits" in await told(office, APPROVER, "/approvals")


async def test_the_listing_says_what_sessions_may_do_without_asking(tmp_path: Path) -> None:
    office = Office(tmp_path, gate=Scope.SHELL)
    await office.register()
    await office.says(APPROVER, "one")
    (name,) = [each.key.removeprefix("approval:") for each in await office.messages() if "approval:" in each.key]
    await office.says(APPROVER, f"/approve {name} session")

    assert "S1 may do shell without asking" in await told(office, APPROVER, "/approvals")


async def test_without_a_level_the_mode_says_how_it_is_and_what_each_means(office: Office) -> None:
    shown = await told(office, APPROVER, "/mode")

    assert "L3" in shown
    assert all(meaning in shown for meaning in MEANINGS.values())
    assert await office.audited() == []


async def test_for_the_session_is_remembered(tmp_path: Path) -> None:
    office = Office(tmp_path, gate=Scope.SHELL)
    await office.register()
    await office.says(APPROVER, "one")
    (name,) = [each.key.removeprefix("approval:") for each in await office.messages() if "approval:" in each.key]
    assert "is allowed for the session S1" in (await office.says(APPROVER, f"/approve {name} session"))[0]
    await office.says(APPROVER, "two")
    assert {run.state for run in await office.runs()} == {RunState.PENDING}


async def test_deny_takes_tools_only_when_it_is_typed(office: Office) -> None:
    assert (await office.taps(APPROVER, "n:Bash"))[0].startswith("⚠️ There is no approval")
    assert "Bash" in await told(office, APPROVER, "/deny Bash")
    assert "No lever" in (reply := await told(office, APPROVER, "/allow Bash")) or "Bash" not in reply
    assert (await office.audited())[:2] == ["containment.allow", "containment.deny"]


@pytest.mark.parametrize("name", ["K7QM2XB", "k7qm2xb", "K7QM2X", "rm", "/etc/passwd", "K7QM-2XB"])
async def test_a_mistyped_approval_is_no_tool(office: Office, name: str) -> None:
    assert f"There is no approval {name}; /approvals lists the open ones." in await told(
        office, APPROVER, f"/deny {name}"
    )
    async with office.agency.store.reading() as records:
        assert (await records.controls.containment()).denied_tools == ()


@pytest.mark.parametrize(
    ("typed", "tool"), [("bash", "Bash"), ("WebSearch", "WebSearch"), ("mcp__github__push", "mcp__github__push")]
)
async def test_a_tool_is_denied_by_any_spelling_and_the_answer_names_it(office: Office, typed: str, tool: str) -> None:
    assert f"⛔ {tool} is denied from now on" in await told(office, APPROVER, f"/deny {typed}")
    await office.says(APPROVER, f"/allow {tool.upper()}")
    async with office.agency.store.reading() as records:
        assert (await records.controls.containment()).denied_tools == ()


async def test_a_lever_changes_what_the_open_questions_say(tmp_path: Path) -> None:
    office = Office(tmp_path, gate=Scope.PUSH)
    await office.register()
    await office.says(OPERATOR, "push it")
    await office.agency.send_all()

    await office.says(APPROVER, "/halt")
    halted = (await office.messages())[-2]
    await office.says(APPROVER, "/resume")
    resumed = (await office.messages())[-3:]

    assert "halted" in halted.text
    assert [button.label for row in halted.buttons for button in row] == ["Deny"]
    assert any("Approve" in button.label for each in resumed for row in each.buttons for button in row)


async def test_levers_are_pulled_and_shown(office: Office) -> None:
    assert "Autonomy L1" in await told(office, APPROVER, "/mode l1")
    assert "default profile" in await told(office, APPROVER, "/fallback")
    assert "default profile" not in await told(office, APPROVER, "/fallback off")
    assert "halted" in await told(office, APPROVER, "/halt")
    assert "halted" in await told(office, APPROVER, "/status")


async def test_scanning_says_what_has_changed(office: Office) -> None:
    office.git.projects = [make_project(id="web")]
    await office.says(OPERATOR, "/new app")
    reply = await told(office, ADMIN, "/scan")
    assert "1 repository found" in reply
    assert "web" in reply
    assert "app</code> is not there, but was kept" in reply
    assert "project.registered" in await office.audited()


async def test_the_audit_trail_is_shown(office: Office) -> None:
    assert "Nothing was done yet" in await told(office, ADMIN, "/audit")
    await office.says(OPERATOR, "do it")
    assert "job.created" in await told(office, ADMIN, "/audit 1")
    assert "session.created" not in await told(office, ADMIN, "/audit 1")


async def test_incidents_that_are_not_connected_say_so(office: Office) -> None:
    for words in ("/alerts", "/ack X", "/silence X 2h", "/runbook X", "/oncall"):
        assert "ALERTMANAGER_URL" in await told(office, OPERATOR, words)
    assert "ALERTMANAGER_URL" in (await office.taps(OPERATOR, "a:X"))[0]


async def test_a_run_carries_the_trace_of_its_message(office: Office) -> None:
    await office.says(OPERATOR, "do it", "/whoami")
    (run,) = await office.runs()
    assert parse(run.traceparent) is not None
    queued, opened, other = await office.messages()
    assert queued.traceparent == opened.traceparent == run.traceparent
    assert other.traceparent not in {"", run.traceparent}


async def test_a_tail_is_refreshed_in_place_and_otherwise_a_message_of_its_own(office: Office) -> None:
    await office.says(OPERATOR, "do it")
    (run,) = await office.runs()
    log = office.desk.log_of(run.id)
    log.parent.mkdir(parents=True)
    log.write_text("\n".join(f"line {number}" for number in range(20_000)))
    assert "line 19999" in await told(office, OPERATOR, "/tail")
    await office.agency.send_all()
    posted = (await office.messages())[-1].telegram_id

    await office.taps(OPERATOR, f"t:{run.id}", message=posted)
    await office.taps(OPERATOR, f"t:{run.id}", message=posted - 1)

    refreshed, anew = (await office.messages())[-2:]
    assert (refreshed.telegram_id, anew.telegram_id) == (posted, 0)
    assert Button("Refresh", data=f"t:{run.id}") in refreshed.buttons[0]


async def test_changes_are_shown_by_session_or_under_a_run(office: Office) -> None:
    await office.says(OPERATOR, "do it")
    (run,) = await office.runs()
    assert "has changed nothing" in await told(office, OPERATOR, "/diff")
    await office.taps(OPERATOR, f"d:{run.id}")
    assert "has changed nothing" in readable((await office.messages())[-1])


@pytest.mark.parametrize(
    "data", ["", "c", "c:", "zz:1", "c:nothing", "t:nothing", "r:x:y", "u:S9", "\ud83d", "y:" + "x" * 70]
)
async def test_forged_buttons_are_answered_and_change_nothing(office: Office, data: str) -> None:
    await office.says(OPERATOR, "do it")
    before = (await office.messages(), await office.runs(), await office.sessions(), await office.audited())

    (answer,) = await office.taps(APPROVER, data)

    assert answer.startswith("⚠️")
    assert (await office.messages(), await office.runs(), await office.sessions(), await office.audited()) == before
    assert not office.unsettled
