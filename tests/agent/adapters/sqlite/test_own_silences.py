"""The step that remembers which silences are the chat's own: those of older databases are told by the history."""

from pathlib import Path

from agent.adapters.sqlite.rows import scalar
from agent.adapters.sqlite.schema import WRITER_PRAGMAS, connect, migrate, migrations

HANDS = 9
_INCIDENT = (
    "INSERT INTO incidents (id, group_key, group_hash, name, system, severity, opened_at, updated_at, alerts,"
    " truncated, silence_id) VALUES (?, 'g', 'h', 'X', '', 'warning', '', '', '[]', 0, ?)"
)
_TOLD = "INSERT INTO incident_history (incident_id, at, what, detail, actor, name) VALUES (?, '', 'silenced', ?, ?, '')"


async def test_a_silence_of_an_older_version_is_ours_when_a_person_made_it_in_the_chat(tmp_path: Path) -> None:
    steps = migrations()
    db = await connect(str(tmp_path / "x.db"), WRITER_PRAGMAS)
    await migrate(db, [step for step in steps if step.version < HANDS])
    for incident, silence in (("ours", "s-1"), ("theirs", "s-2"), ("none", "")):
        await db.execute(_INCIDENT, (incident, silence))
    await db.execute(_TOLD, ("ours", "until 2026-03-01T13:00:00Z, silence s-1", 7))
    await db.execute(_TOLD, ("theirs", "by carol until 2026-03-01T13:00:00Z, seen in Alertmanager", -1))
    await migrate(db, steps)

    found = [
        await scalar(db, "SELECT own_silences FROM incidents WHERE id = ?", (n,)) for n in ("ours", "theirs", "none")
    ]
    await db.close()
    assert found == ['["s-1"]', "[]", "[]"]
