"""Prompts go to the session that somebody chose last, whatever runs do meanwhile; /cancel ends what is at work."""

from agent.domain.activity import Deferred
from agent.domain.approval import Scope
from agent.domain.run import RunState
from tests.agent.adapters.telegram.dispatch.office import OPERATOR, Office
from tests.agent.fakes import Script


async def states(office: Office) -> dict[str, RunState]:
    return {run.prompt: run.state for run in await office.runs()}


async def test_a_run_that_goes_on_elsewhere_does_not_take_the_next_prompt(office: Office) -> None:
    await office.says(OPERATOR, "/new app", "first", "/new app")
    office.clock.advance(60)
    await office.agency.work_off()

    listed = (await office.says(OPERATOR, "/sessions"))[0]
    await office.says(OPERATOR, "second")

    assert (await office.runs())[0].session_id == "S2"
    assert listed.index("👉") < listed.index("S2") < listed.index("S1")


async def test_a_prompt_by_reply_makes_its_session_the_current_one(office: Office) -> None:
    await office.says(OPERATOR, "/new app", "first", "/new app")
    await office.agency.send_all()
    async with office.store.reading() as records:
        posted = await records.outbox.posted(OPERATOR, f"run:{(await office.runs())[0].id}")
    await office.hears(office.written(OPERATOR, "more", reply_to_message={"message_id": posted}))
    await office.says(OPERATOR, "and more")

    assert [run.session_id for run in await office.runs()] == ["S1", "S1", "S1"]


async def test_cancel_takes_what_runs_then_what_waits_then_what_is_queued(office: Office) -> None:
    office.agency.runner.scripts.extend(
        [Script((), Deferred("Bash", "t1", "git push", Scope.PUSH)), Script(hangs=True)]
    )
    await office.says(OPERATOR, "/new app", "waits", "/new app", "runs")
    await office.agency.runs.start_ready()
    await office.agency.breathe()
    await office.says(OPERATOR, "queued")
    assert list((await states(office)).values()) == [
        RunState.PENDING,
        RunState.RUNNING,
        RunState.WAITING_APPROVAL,
    ]

    told = (await office.says(OPERATOR, "/cancel"))[0]
    await office.agency.work.settle()
    assert (await states(office))["runs"] is RunState.CANCELLED
    assert "is being stopped" in told
    await office.says(OPERATOR, "/cancel")
    assert (await states(office))["waits"] is RunState.CANCELLED
    await office.says(OPERATOR, "/cancel")
    assert (await states(office))["queued"] is RunState.CANCELLED
    assert "Nothing is running or queued here." in (await office.says(OPERATOR, "/cancel"))[0]


async def test_a_cancelled_run_offers_to_be_tried_again_unless_its_session_is_closed(office: Office) -> None:
    await office.says(OPERATOR, "one", "/cancel", "two", "/close")
    ended = [each for each in await office.messages() if each.key.startswith("end:")]
    labels = [[button.label for row in each.buttons for button in row] for each in ended]
    assert labels == [["Retry", "Get the log"], []]


async def test_a_prompt_that_no_program_can_take_is_refused_in_words(office: Office) -> None:
    await office.says(OPERATOR, "/new app")
    assert "NUL" in (await office.says(OPERATOR, "do\0it"))[-1]
    assert await office.runs() == []
    assert not office.unsettled
