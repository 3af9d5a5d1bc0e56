"""`kill -9` at each point between two commits where something could be lost or done twice."""

import signal
import sqlite3
from importlib import resources
from pathlib import Path
from typing import Final

import pytest

from . import processes
from .alertmanager import TOKEN, firing, post
from .receiver import receiving
from .stage import Life, Stage
from .talk import PERSON, Talk
from .waiting import until

KILLING: Final = str(Path(__file__).with_name("killing_agent.py"))
_ALERTS_DONE: Final = "SELECT 1 FROM inbox WHERE source = 'alertmanager' AND state = 'done'"
REPETITION: Final = "may be a repetition"
ASKING: Final = "[[needs-approval git push; say Pushed.]]"


async def _dies(life: Life) -> None:
    assert await life.end() == -signal.SIGKILL


async def _doomed(stage: Stage, point: str, **environment: str) -> Life:
    return await stage.start(KILLING, KILL_AT=point, **environment)


async def _sound(stage: Stage) -> None:
    assert stage.rows("PRAGMA integrity_check")[0][0] == "ok"
    assert await processes.gone(stage.folder) == []
    assert stage.rows("SELECT 1 FROM inbox WHERE state <> 'done'") == []


async def _answers(talk: Talk, words: str) -> list[str]:
    return [each["text"] for each in await talk.heard() if words in each["text"]]


@pytest.mark.parametrize("point", ["before an update is kept", "after an update is kept"])
async def test_a_prompt_is_run_once_whether_or_not_it_was_kept_when_the_agent_died(stage: Stage, point: str) -> None:
    doomed = await _doomed(stage, point)
    talk = stage.talk()
    await talk.says("[[say all done]]")
    await _dies(doomed)
    await stage.start()
    await talk.sees("Done.*all done")
    runs = stage.rows("SELECT id FROM runs")
    assert stage.executions() == [row["id"] for row in runs]
    assert len(runs) == 1
    assert len(await _answers(talk, "Done")) == 1
    await _sound(stage)


async def test_a_prompt_whose_acceptance_was_rolled_back_is_accepted_once(stage: Stage) -> None:
    doomed = await _doomed(stage, "after a prompt is accepted, before its commit")
    talk = stage.talk()
    await talk.says("[[say all done]]")
    await _dies(doomed)
    assert stage.rows("SELECT id FROM runs") == []
    await stage.start()
    await talk.sees("Done.*all done")
    assert len(stage.executions()) == len(stage.rows("SELECT id FROM runs")) == 1
    assert len(stage.rows("SELECT id FROM sessions")) == 1  # nor was a second one opened for it
    await _sound(stage)


@pytest.mark.parametrize(
    ("point", "status"),
    [
        ("after a key and its run are written, before their commit", 202),
        ("after a key and its run are committed, before the answer", 200),
    ],
)
async def test_a_request_that_is_repeated_under_its_key_is_run_once(stage: Stage, point: str, status: int) -> None:
    first = await stage.start()
    session = await stage.talk().opens()
    await first.stop()
    doomed = await _doomed(stage, point)
    wish, key = {"session_id": session, "prompt": "[[say all done]]"}, {"Idempotency_Key": "from-a-pipeline"}
    with pytest.raises(Exception, match=r"disconnect|reset"):
        await doomed.post("/api/runs", wish, **key)
    await _dies(doomed)
    life = await stage.start()
    answered, run = await life.post("/api/runs", wish, **key)
    await stage.until("SELECT 1 FROM runs WHERE state = 'completed'")
    assert (answered, [row["id"] for row in stage.rows("SELECT id FROM runs")]) == (status, [run["run_id"]])
    assert stage.executions() == [run["run_id"]]
    await _sound(stage)


async def test_an_alert_that_was_kept_and_not_acknowledged_is_shown_once(stage: Stage) -> None:
    stage.environment["ALERTMANAGER_WEBHOOK_TOKEN"] = TOKEN
    doomed = await _doomed(stage, "after an alert is kept")
    with pytest.raises(Exception, match=r"disconnect|reset"):
        await post(stage.session, doomed.url, firing("Doubled"))
    await _dies(doomed)
    life = await stage.start()
    assert await post(stage.session, life.url, firing("Doubled")) == 200  # Alertmanager was not told, so it repeats
    await stage.remote.see(PERSON, "Doubled")
    await until(lambda: len(stage.rows(_ALERTS_DONE)) == 2)
    assert len(stage.rows("SELECT id FROM incidents")) == 1
    await _sound(stage)


@pytest.mark.parametrize(
    ("point", "executions"),
    [
        ("after a run is committed as running, before it is started", {0}),
        ("after the CLI is spawned", {0, 1}),  # it may be ended before its first act
        ("after the terminal event", {1}),
    ],
)
async def test_a_run_that_had_begun_is_never_executed_again_and_is_told_of_as_interrupted(
    stage: Stage, point: str, executions: set[int]
) -> None:
    doomed = await _doomed(stage, point)
    talk = stage.talk()
    await talk.says("[[spawn-child stubborn detached; say all done]]")
    await _dies(doomed)
    await stage.start()
    told = await talk.sees("ERR_")
    assert "The agent was restarted while this run was at work" in told["text"]
    run = stage.rows("SELECT id, state FROM runs")[0]
    assert run["state"] == "failed"
    assert stage.rows("SELECT 1 FROM timeline WHERE run_id = ? AND event GLOB 'recovery.*'", run["id"]) != []
    assert len(stage.executions()) in executions
    await _sound(stage)


async def test_an_ending_that_was_kept_is_told_by_the_next_life(stage: Stage) -> None:
    doomed = await _doomed(stage, "after the ending is kept")
    talk = stage.talk()
    await talk.says("[[say all done]]")
    await _dies(doomed)
    await stage.start()
    await talk.sees("Done.*all done")
    assert [row["state"] for row in stage.rows("SELECT state FROM runs")] == ["completed"]
    assert len(stage.executions()) == 1
    await _sound(stage)


async def test_a_question_that_was_kept_is_put_by_the_next_life(stage: Stage) -> None:
    doomed = await _doomed(stage, "after a question is kept")
    talk = stage.talk()
    await talk.says("/new demo claude")
    await talk.says(ASKING)
    await _dies(doomed)
    await stage.start()
    await talk.sees("🔐")
    await talk.taps("Approve")
    await talk.sees("Done.*Pushed")
    assert len(stage.rows("SELECT id FROM approvals")) == 1
    await _sound(stage)


async def test_an_answer_that_was_rolled_back_is_taken_by_the_next_life(stage: Stage) -> None:
    doomed = await _doomed(stage, "after an answer is taken, before its commit")
    talk = stage.talk()
    await talk.opens("claude")
    await talk.asks(ASKING, "🔐")
    await stage.remote.tap(talk.chat_id, "Approve", user=talk.person)
    await _dies(doomed)
    assert [row["state"] for row in stage.rows("SELECT state FROM approvals")] == ["pending"]
    await stage.start()
    await talk.sees("Done.*Pushed")
    run = stage.rows("SELECT id FROM runs")[0]["id"]
    assert stage.executions() == [run, run]  # up to the question, and after the answer
    await _sound(stage)


async def test_a_message_that_was_not_sent_is_sent_with_the_mark_for_nobody_can_know(stage: Stage) -> None:
    doomed = await _doomed(stage, "before a message is sent")
    talk = stage.talk()
    await talk.says("/whoami")
    await _dies(doomed)
    assert await talk.heard() == []
    await stage.start()
    await talk.sees("admin.*" + REPETITION)
    assert len(await talk.heard()) == 1
    await _sound(stage)


async def test_a_message_that_was_sent_is_repeated_with_the_mark_only(stage: Stage) -> None:
    doomed = await _doomed(stage, "after a message is sent")
    talk = stage.talk()
    await talk.says("/whoami")
    await _dies(doomed)
    await stage.start()
    await talk.sees("admin.*" + REPETITION)
    assert [REPETITION in each["text"] for each in await talk.heard()] == [False, True]
    await _sound(stage)


@pytest.mark.parametrize(("point", "before"), [("before an alert is sent", 0), ("after an alert is sent", 1)])
async def test_an_outgoing_alert_is_sent_by_the_next_life_under_its_own_id(
    stage: Stage, point: str, before: int
) -> None:
    async with receiving() as receiver:
        stage.environment["ALERT_WEBHOOK_URL"] = receiver.url
        doomed = await _doomed(stage, point)
        await stage.talk().says("[[fail on purpose]]")
        await _dies(doomed)
        assert len(receiver.posts) == before
        await stage.start()
        await receiver.until(before + 1)
        await stage.until("SELECT 1 FROM alerts WHERE state = 'sent'")
    assert len({each.headers["X-Tocsin-Alert-Id"] for each in receiver.posts}) == 1
    await _sound(stage)


async def test_a_migration_that_was_cut_short_is_made_anew_and_keeps_what_there_was(stage: Stage) -> None:
    stage.data.mkdir()
    _first_version(stage.database)
    doomed = await stage.launch(KILLING, KILL_AT="during a migration")
    await _dies(doomed)
    assert stage.rows("SELECT max(version) AS version FROM schema_version")[0]["version"] == 1
    await stage.start()
    assert stage.rows("SELECT max(version) AS version FROM schema_version")[0]["version"] > 1
    assert stage.rows("SELECT receiver FROM incidents WHERE id = 'KEPT'")[0]["receiver"] == ""
    assert stage.rows("SELECT value FROM controls WHERE key = 'kept'")[0]["value"] == "yes"
    await _sound(stage)


@pytest.mark.parametrize("point", ["before a backup is copied", "during a backup"])
async def test_a_backup_that_was_cut_short_is_no_backup_and_leaves_nothing_behind(stage: Stage, point: str) -> None:
    doomed = await stage.launch(KILLING, KILL_AT=point)
    await _dies(doomed)
    backups = stage.data / "backups"
    assert list(backups.glob("*.gz")) == []
    await stage.start()
    await until(lambda: list(backups.glob("*.gz")))
    assert len(list(backups.iterdir())) == 1
    await stage.lives[-1].stop()
    code, said, _ = await stage.command("restore")
    assert (code, "sessions" in said) == (0, True)
    await _sound(stage)


def _first_version(database: Path) -> None:
    """A database as the first version of the agent has left it."""
    initial = (resources.files("agent.adapters.sqlite") / "migrations" / "0001_initial.sql").read_text("utf-8")
    connection = sqlite3.connect(database)
    versions = "(version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT"
    connection.executescript(
        f"CREATE TABLE schema_version {versions};"  # noqa: S608 - our own words
        f"{initial} INSERT INTO schema_version VALUES (1, 'initial', '2026-01-01T00:00:00Z');"
        "INSERT INTO controls VALUES ('kept', 'yes');"
        "INSERT INTO incidents VALUES (1, 'KEPT', 'g', 'h', 'n', 's', 'critical', '2026-01-01T00:00:00.000000Z',"
        " '2026-01-01T00:00:00.000000Z', '[]', 0, '2026-01-01T00:00:00.000000Z', NULL, NULL, '');"
    )
    connection.close()
