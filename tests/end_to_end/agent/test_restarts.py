"""What the next life makes of what the last one has left behind."""

import re

from . import processes
from .stage import Stage, free_port
from .talk import Shown
from .waiting import until

PUBLISH = "[[say Looking.; needs-approval git push origin HEAD; say Pushed.]]"


async def test_a_question_is_put_again_by_the_next_life_and_runs_out_by_itself(stage: Stage) -> None:
    """The shortest time to answer is a minute, so the deadline is moved while nobody looks."""
    life = await stage.start()
    talk = stage.talk()
    session = await talk.opens("claude")
    first = await talk.asks(PUBLISH, "🔐")
    await stage.until("SELECT 1 FROM outbox WHERE kind = 'approval' AND state = 'sent'")
    await life.kill()
    second = await stage.start()
    again = await talk.sees("🔐", after=first["message_id"])
    assert _id_of(again) == _id_of(first)
    assert "repetition" not in again["text"]  # it is put anew, for its old buttons may be dead
    await second.kill()
    stage.rewrite("UPDATE approvals SET expires_at = '2020-01-01T00:00:00.000000Z' WHERE id = ?", _id_of(again))
    await stage.start()
    await talk.sees("⌛.*Nobody answered in time")
    run = stage.rows("SELECT id, state, error FROM runs WHERE session_id = ?", session)[0]
    assert (run["state"], run["error"]) == ("cancelled", "ERR_POLICY_BLOCKED")
    assert stage.executions().count(run["id"]) == 1


async def test_what_was_written_before_the_very_first_start_is_run_where_it_belongs(stage: Stage) -> None:
    talks = [stage.talk() for _ in range(5)]
    for talk in talks:
        await talk.says("[[say first of all]]")
    await stage.start()
    for talk in talks:
        await talk.sees("Done.*first of all")


async def test_a_run_at_work_is_ended_with_its_children_and_told_of_as_interrupted(stage: Stage) -> None:
    life = await stage.start()
    talk = stage.talk()
    session = await talk.opens()
    await talk.says("[[say begun; spawn-child stubborn detached; sleep 60]]")
    run = (await stage.until("SELECT id FROM runs WHERE session_id = ? AND pid > 0", session))[0]["id"]
    await until(lambda: len(processes.of_run(run)) == 2)
    await life.kill()
    assert len(processes.of_run(run)) == 2  # nobody was left to end them
    await stage.start()
    told = await talk.sees("ERR_")
    assert "The agent was restarted while this run was at work" in told["text"]
    assert processes.of_run(run) == []
    await talk.taps("Retry")
    await stage.until("SELECT 1 FROM runs WHERE retry_of = ?", run)
    assert stage.executions().count(run) == 1


async def test_a_life_that_is_ended_in_order_says_what_became_of_its_runs_before_it_goes(stage: Stage) -> None:
    life = await stage.start()
    talk = stage.talk()
    session = await talk.opens()
    await talk.says("[[say begun; sleep 60]]")
    await stage.until("SELECT id FROM runs WHERE session_id = ? AND pid > 0", session)
    assert await life.stop() == 0
    assert "The agent was stopped while this run was at work" in (await talk.sees("ERR_"))["text"]
    assert processes.of_runs(stage.folder) == []
    assert stage.rows("PRAGMA integrity_check")[0][0] == "ok"


async def test_what_is_pushed_while_the_agent_is_down_is_pushed_again(stage: Stage) -> None:
    port = free_port()
    stage.environment |= {
        "TELEGRAM_UPDATES": "webhook",
        "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/webhooks/telegram",
        "TELEGRAM_WEBHOOK_SECRET": "the-secret-of-the-webhook",
        "BIND_PORT": str(port),
    }
    life = await stage.start()
    talk = stage.talk()
    await talk.asks("/whoami", "admin")
    await life.kill()
    await talk.says("/whoami")
    await stage.start()
    await talk.sees("admin", count=2, timeout=20)


def _id_of(question: Shown) -> str:
    found = re.search(r"Approval (\w+)", question["text"])
    assert found is not None
    return found[1]
