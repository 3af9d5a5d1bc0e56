"""A hundred lives, each ended by `kill -9` at a moment nobody chose, under load; and then the reckoning."""

import asyncio
import logging
import random
import re
import time
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from . import processes
from .alertmanager import TOKEN
from .load import Load, opened
from .receiver import Receiver, receiving
from .stage import Stage
from .talk import PERSON

_log = logging.getLogger(__name__)

KILLING: Final = str(Path(__file__).with_name("killing_agent.py"))
KILLS: Final = 55
SETTLED_WITHIN: Final = 90.0
REPETITION: Final = "(This may be a repetition.)"
ASIDE: Final = "I have put it aside"
_ENDING: Final = re.compile(r"(?!⏳)\S+ [^\n]+ after \S+ \S+( \S+ \S+)? · S\d+ demo\n")
"""The first line of a message that tells how a run has ended; while it is at work there is an hourglass."""

_OPEN: Final = "SELECT 1 FROM runs WHERE state IN ('pending', 'running')"
_UNSENT: Final = "SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending')"
_UNHEARD: Final = "SELECT 1 FROM inbox WHERE state = 'waiting'"
_UNTOLD: Final = "SELECT 1 FROM alerts WHERE state = 'pending'"


@pytest.mark.parametrize("seed", [20261122, 4711])
async def test_nothing_is_lost_and_nothing_is_done_twice_whenever_the_agent_dies(stage: Stage, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be kept secret
    async with receiving() as receiver:
        stage.environment |= {
            "ALERTMANAGER_WEBHOOK_TOKEN": TOKEN,
            "ALERT_WEBHOOK_URL": receiver.url,
            "ALERT_DEDUP_WINDOW_SEC": "0",
            "ONCALL_STORM_GROUPS": "1000",
            "MAX_CONCURRENT_RUNS": "6",
            "RUN_KILL_GRACE_SEC": "0",
        }
        life = await stage.start()
        load = await opened(stage, chance)
        await life.kill()
        kills = await _killed_again_and_again(stage, load, chance)
        assert kills == KILLS
        await _settled(stage)
        _log.warning("seed %s: %s kills, %s", seed, kills, _summary(stage, load))
        _accepted_is_there(stage, load)
        _executed_once(stage)
        await _everybody_was_answered(load)
        await _alerts_were_shown(stage, load)
        _failures_were_told(stage, receiver)
    assert await processes.gone(stage.folder) == []
    assert stage.rows("PRAGMA integrity_check")[0][0] == "ok"


async def _killed_again_and_again(stage: Stage, load: Load, chance: random.Random) -> int:
    using = asyncio.create_task(load.go_on())
    try:
        for number in range(KILLS):
            if number % 5 == 4:
                await _die_at_a_commit(stage, load, chance)
            else:
                await _die_by_the_clock(stage, load, chance)
            assert not using.done(), using
    finally:
        using.cancel()
    return sum(life.process.returncode == -9 for life in stage.lives[1:])


async def _die_by_the_clock(stage: Stage, load: Load, chance: random.Random) -> None:
    """One in four already while it starts."""
    life = await stage.launch()
    if chance.random() < 0.25:
        await asyncio.sleep(chance.uniform(0.3, 0.8))
    else:
        load.life = await life.at_work()
        await asyncio.sleep(chance.uniform(0.0, 0.9))
    load.life = None
    await life.kill()


async def _die_at_a_commit(stage: Stage, load: Load, chance: random.Random) -> None:
    when = chance.choice(("before", "after"))
    life = await stage.launch(KILLING, KILL_AT=f"{when} commit {chance.randint(1, 40)}")
    working = asyncio.create_task(life.at_work())
    ending = asyncio.create_task(life.process.wait())
    await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
    if working.done() and not working.exception():
        load.life = life
    await asyncio.wait_for(ending, 30)
    await asyncio.gather(working, return_exceptions=True)
    load.life = None


async def _settled(stage: Stage) -> None:
    """A last life that nobody kills: everything comes to its end, and every open question is answered."""
    life = await stage.start()
    until = time.monotonic() + SETTLED_WITHIN
    while any(stage.rows(query) for query in (_OPEN, _UNSENT, _UNHEARD, _UNTOLD, _pending())):
        for asked in stage.rows(_pending()):
            await life.post("/api/approvals/approve", {"approval_id": asked["id"]})
        await asyncio.sleep(0.1)
        assert time.monotonic() < until, {query: len(stage.rows(query)) for query in (_OPEN, _UNSENT, _UNHEARD)}
    assert await life.stop() == 0


def _pending() -> str:
    return "SELECT id FROM approvals WHERE state = 'pending'"


def _accepted_is_there(stage: Stage, load: Load) -> None:
    runs = stage.rows("SELECT id, prompt, state FROM runs")
    tags = Counter(tag for run in runs for tag in set(re.findall(r"T\d+x", run["prompt"])))
    aside = "\n".join(row["body"] for row in stage.rows("SELECT body FROM inbox WHERE state = 'failed'"))
    assert [tag for tag in load.prompts if tags[tag] > 1] == []
    assert [tag for tag in load.prompts if tags[tag] == 0 and tag not in aside] == []
    assert set(load.runs) <= {run["id"] for run in runs}
    assert {run["state"] for run in runs} <= {"completed", "failed", "cancelled"}
    decided = {row["id"] for row in stage.rows("SELECT id FROM approvals WHERE state IN ('approved', 'denied')")}
    assert set(load.answers) <= decided
    assert stage.rows("SELECT 1 FROM inbox WHERE state NOT IN ('done', 'failed')") == []


def _executed_once(stage: Stage) -> None:
    """Once, and once more for each answer that let it go on."""
    allowed = {
        row["run_id"]: row["n"]
        for row in stage.rows("SELECT run_id, count(*) AS n FROM approvals WHERE state = 'approved' GROUP BY run_id")
    }
    executed = Counter(stage.executions())
    assert {run: count for run, count in executed.items() if count > 1 + allowed.get(run, 0)} == {}


async def _everybody_was_answered(load: Load) -> None:
    """Each prompt has its ending in the chat, or was begun in three lives that ended, and the chat was told so."""
    for talk in load.talks:
        said = [each["versions"][0]["text"] for each in await talk.heard()]
        aside = sum(ASIDE in text for text in said)
        for tag in (tag for tag, where in load.prompts.items() if where is talk):
            told = [text for text in said if _ENDING.match(text) and re.search(rf"\b{tag}\b", text)]
            aside -= not told
            assert aside >= 0, f"{tag} was not answered"
            assert sum(REPETITION not in text for text in told) <= 1, told


async def _alerts_were_shown(stage: Stage, load: Load) -> None:
    incidents = Counter(row["name"] for row in stage.rows("SELECT name FROM incidents"))
    shown = "\n".join(each["text"] for each in await stage.talk(chat_id=PERSON).heard())
    assert {name: incidents[name] for name in load.alerts if incidents[name] != 1} == {}
    assert [name for name in load.alerts if f"{name}" not in shown] == []


def _failures_were_told(stage: Stage, receiver: Receiver) -> None:
    failed = {row["id"] for row in stage.rows("SELECT id FROM runs WHERE state = 'failed'")}
    told = {post.payload["run_id"] for post in receiver.posts if post.payload["alert_type"] == "run.failed"}
    trails = {row["run_id"] for row in stage.rows("SELECT run_id FROM timeline WHERE event GLOB 'recovery.*'")}
    assert failed
    assert failed <= told
    assert failed <= trails


def _summary(stage: Stage, load: Load) -> str:
    states = {row["state"]: row["n"] for row in stage.rows("SELECT state, count(*) AS n FROM runs GROUP BY state")}
    marked = stage.rows("SELECT count(*) AS n FROM outbox WHERE uncertain = 1")[0]["n"]
    return (
        f"{len(load.prompts)} prompts, {len(load.runs)} API runs, {len(load.alerts)} alerts, "
        f"{len(load.answers)} answers over the API, runs {states}, {marked} messages with the mark"
    )
