"""Telegram slow, gone, lost in the middle, or shared: what was said is kept, and arrives in order."""

from typing import Any, Final

from agent.sandbox.bot import DEFAULT_TOKEN

from .alertmanager import TOKEN, firing, post
from .stage import Life, Stage
from .talk import PERSON

PACED_SECONDS: Final = 30
AGE_BREAKERS: Final = "UPDATE breakers SET since = '2020-01-01T00:00:00.000000Z' WHERE since IS NOT NULL"


async def test_a_chat_that_is_paced_for_thirty_seconds_hears_nothing_before_and_others_do_not_wait(
    stage: Stage,
) -> None:
    await stage.start()
    slow, quick = stage.talk(), stage.talk()
    await slow.asks("/whoami", "admin")
    await stage.remote.post(
        "faults", kind="429", method="sendMessage", chat_id=slow.chat_id, times=1, retry_after=PACED_SECONDS
    )
    await slow.says("/status")
    refused = (await stage.remote.called("sendMessage", chat_id=slow.chat_id, status=429))[-1]
    await slow.says("/projects")
    await quick.asks("/whoami", "admin")
    await slow.sees("Projects", timeout=PACED_SECONDS + 10)
    after = await stage.remote.called("sendMessage", chat_id=slow.chat_id, after=refused["number"])
    assert after[0]["at"] - refused["at"] >= PACED_SECONDS
    assert ["Status" in each["text"] or "Projects" in each["text"] for each in (await slow.heard())[1:]] == [True, True]
    assert "Status" in (await slow.heard())[1]["text"]  # nor was the order lost
    assert stage.rows("SELECT state FROM breakers WHERE name = 'telegram_api' AND state <> 'closed'") == []


async def test_an_answer_that_was_lost_is_repeated_and_the_repetition_says_so(stage: Stage) -> None:
    await stage.start()
    talk = stage.talk()
    await stage.remote.post("faults", kind="reset", method="sendMessage", chat_id=talk.chat_id, times=1, late=True)
    await talk.says("/whoami")
    await talk.sees("may be a repetition")
    first, second = [each["text"] for each in await talk.heard()]
    assert "repetition" not in first
    assert second.startswith(first)


async def test_a_chat_whose_message_hangs_does_not_hold_up_the_others(stage: Stage) -> None:
    await stage.start()
    stuck, free = stage.talk(), stage.talk()
    await stage.remote.post("faults", kind="hang", method="sendMessage", chat_id=stuck.chat_id, times=1)
    await stuck.says("/whoami")
    await stage.until("SELECT 1 FROM outbox WHERE chat_id = ? AND state = 'sending'", stuck.chat_id)
    await free.asks("/whoami", "admin", timeout=3)


async def test_while_telegram_is_away_work_goes_on_and_what_there_was_to_say_arrives_in_order(stage: Stage) -> None:
    """The breaker stays open for a minute, so it is aged while the agent is down; all else takes its time."""
    stage.environment["ALERTMANAGER_WEBHOOK_TOKEN"] = TOKEN
    life = await stage.start()
    talk = stage.talk()
    session = await talk.opens()
    await talk.asks("[[say warmed up]]", "Done.*warmed up")
    before = len(await talk.heard())

    await stage.remote.post("faults", kind="refuse")
    for number in range(3):
        assert (await _ask(life, session, f"[[say number {number}]]"))[0] == 202
        assert await post(stage.session, life.url, firing(f"Away{number}")) == 200
    await stage.until("SELECT 1 FROM (SELECT count(*) AS n FROM runs WHERE state = 'completed') WHERE n = 4")
    await stage.until("SELECT 1 FROM breakers WHERE name = 'telegram_api' AND state = 'open'", seconds=20)
    assert (await life.get("/health/ready"))["checks"]["telegram"].startswith("failed: ")
    assert await post(stage.session, life.url, firing("Away3")) == 200
    assert (await life.get("/health/live"))["status"] == "alive"
    await life.kill()
    assert len(await talk.heard()) == before

    stage.rewrite(AGE_BREAKERS)
    await stage.remote.lift_faults()
    await stage.start()
    await talk.sees("Done.*number 2", timeout=20)
    answers = [each["text"] for each in (await talk.heard())[before:] if "Done" in each["text"]]
    assert [text.split()[-1] for text in answers if "repetition" not in text] == ["0", "1", "2"]
    for number in range(4):
        await stage.remote.see(PERSON, f"Away{number}", timeout=20)


async def test_two_agents_with_one_bot_tell_of_it_and_nothing_is_lost_or_done_twice(stage: Stage) -> None:
    one = await stage.start()
    other = await stage.start(DATA_DIR=str(stage.folder / "other"))
    await stage.remote.called("getUpdates", status=409)
    talks = [stage.talk() for _ in range(4)]
    for talk in talks:
        await talk.asks("/whoami", "admin", timeout=20)
    await other.stop()
    last = stage.talk()
    await last.asks("/whoami", "admin", timeout=40)
    for talk in (*talks, last):
        assert len(await talk.heard()) == 1
    assert any("Conflict" in life.said() for life in (one, other))
    assert one.process.returncode is None


async def test_a_foreign_poller_is_outlasted(stage: Stage) -> None:
    life = await stage.start()
    await stage.remote.called("getUpdates")
    async with stage.session.get(f"{stage.remote.url}/bot{DEFAULT_TOKEN}/getUpdates", params={"timeout": 0}) as stolen:
        assert stolen.status == 200
    await stage.remote.called("getUpdates", status=409)
    await stage.talk().asks("/whoami", "admin")
    assert "Conflict" in life.said()


async def _ask(life: Life, session: str, prompt: str) -> tuple[int, Any]:
    return await life.post("/api/runs", {"session_id": session, "prompt": prompt})
