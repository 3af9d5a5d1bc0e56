"""A database that has rotted: nothing is served but the truth, and the way back is one command."""

import re
from typing import Final

import pytest

from .alertmanager import TOKEN, firing, post
from .stage import ROOT, Stage
from .talk import PERSON

RULES: Final = ROOT / "monitoring" / "prometheus" / "rules" / "televibe.rules.yaml"
DAMAGED: Final = 3
SENTENCE: Final = "The state database is damaged; restore a backup with `tocsin-agent restore`."


async def _rotten(stage: Stage, where: str) -> str:
    """A stage whose database is damaged, with a backup from before and a session in it; the session's id."""
    stage.environment["ALERTMANAGER_WEBHOOK_TOKEN"] = TOKEN
    life = await stage.start()
    talk = stage.talk(chat_id=PERSON)
    session = await talk.opens()
    await talk.asks("[[say all is well]]", "Done.*all is well")
    code, said, _ = await stage.command("backup")
    assert (code, "state-" in said) == (0, True)
    await life.stop()
    with stage.database.open("r+b") as file:
        if where == "at its beginning":
            file.write(b"this is no database at all")
        else:
            size = stage.database.stat().st_size
            file.seek(8192)
            file.write(b"\xa5" * (size - 8192))
    return session


@pytest.mark.parametrize("where", ["at its beginning", "in its pages"])
async def test_a_damaged_database_is_told_to_everybody_and_nothing_else_is_served(stage: Stage, where: str) -> None:
    session = await _rotten(stage, where)
    damaged = stage.database.read_bytes()
    life = await stage.start()

    assert "serves only its health: the database is damaged" in life.announced
    async with stage.session.get(f"{life.url}/health/ready") as answer:
        assert answer.status == 503
        assert SENTENCE in (await answer.json())["checks"]["database"]
    assert (await life.get("/health/live"))["status"] == "alive"
    assert await post(stage.session, life.url, firing("Kept")) == 503  # Alertmanager keeps it, and tries again
    assert (await life.post("/api/runs", {"session_id": session, "prompt": "x"}))[0] == 503
    assert SENTENCE in (await stage.remote.see(PERSON, "damaged"))["text"]
    assert _would_fire(await life.text("/metrics"))

    assert await life.stop() == DAMAGED
    assert SENTENCE in life.said().splitlines()[-1]
    assert stage.database.read_bytes() == damaged  # nobody has written into it


async def test_after_a_restore_everything_of_the_backup_is_there_again(stage: Stage) -> None:
    session = await _rotten(stage, "in its pages")
    assert (await stage.command("check"))[0] == DAMAGED
    assert (await stage.command("backup"))[0] == DAMAGED
    code, said, _ = await stage.command("restore")
    assert (code, "sessions and jobs recovered: 1 and 1" in said) == (0, True), said
    life = await stage.start()
    assert [each["session_id"] for each in await life.get("/api/sessions")] == [session]
    assert not _would_fire(await life.text("/metrics"))
    await stage.talk(chat_id=PERSON).asks("[[say back again]]", "Done.*back again", timeout=20)


async def test_a_database_of_a_newer_version_is_not_touched(stage: Stage) -> None:
    life = await stage.start()
    await life.stop()
    stage.rewrite("INSERT INTO schema_version VALUES (9999, 'future', '2030-01-01T00:00:00Z')")
    before = stage.database.read_bytes()
    life = await stage.launch()
    assert await life.end() == 1
    assert "written by a newer version" in life.said()
    assert stage.database.read_bytes() == before


def _would_fire(metrics: str) -> bool:
    """Whether the rule as rendered is true for the samples as exposed, by its own selector and value."""
    rule = re.search(
        r"alert: DatabaseCorruption\s+expr: count\((\w+\{[^}]*\}) == (\d+)\) > 0", RULES.read_text(encoding="utf-8")
    )
    assert rule is not None
    samples = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
    return rule[1] in samples and float(samples[rule[1]]) == float(rule[2])
