"""Planted secrets: they are used, and are nowhere to be read afterwards."""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from agent.sandbox.bot import DEFAULT_TOKEN

from . import processes
from .alertmanager import TOKEN, firing, post
from .receiver import receiving
from .stage import Life, Stage
from .talk import Talk

API_KEY: Final = "planted-api-key-0123456789"
HOOK_SECRET: Final = "planted-hook-secret-0123456789"  # noqa: S105 - planted
SHAPED: Final = "sk-planted0123456789abcdefghij"
"""What an agent CLI might print because it found it in a file."""

NAMED: Final = "planted-by-environment-0123456789"
SECRETS: Final = (DEFAULT_TOKEN, API_KEY, HOOK_SECRET, TOKEN, SHAPED)


async def test_no_secret_is_to_be_found_anywhere(stage: Stage) -> None:
    async with receiving() as receiver:
        life = await stage.start(
            LOCAL_API_KEYS=f"{API_KEY}:admin:*",
            ALERT_WEBHOOK_URL=receiver.url,
            ALERT_WEBHOOK_SECRET=HOOK_SECRET,
            ALERTMANAGER_WEBHOOK_TOKEN=TOKEN,
            LOG_LEVEL="debug",
            STAGE_SECRET=SHAPED,
        )
        talk = stage.talk()
        seen = [*await _used(stage, life, talk), *await _asked(life)]
        await receiver.until(1)
        seen += [each.body.decode() + json.dumps(each.headers) for each in receiver.posts]
    seen += [_text_of(message) for message in await talk.heard()]
    assert await life.stop() == 0
    seen += [life.said(), *(_files(stage.folder)), _free_text(stage.database)]
    for secret in SECRETS:
        found = [text for text in seen if secret in text]
        assert found == [], f"{secret} in {found[0][max(found[0].find(secret) - 200, 0) :][:400]}"


async def test_a_child_has_the_variables_of_its_profile_and_none_of_the_agents_secrets(stage: Stage) -> None:
    await stage.start(STAGE_SECRET=NAMED, LOCAL_API_KEYS=f"{API_KEY}:runs:read")
    talk = stage.talk()
    session = await talk.opens()
    await talk.says("[[say begun; sleep 30]]")
    run = (await stage.until("SELECT id, pid FROM runs WHERE session_id = ? AND pid > 0", session))[0]
    environment = processes.environment(run["pid"])
    assert f"STAGE_SECRET={NAMED}" in environment
    for secret in (DEFAULT_TOKEN, API_KEY):
        assert secret not in environment
    await talk.taps("Cancel")
    await talk.sees("Cancelled")


async def test_a_token_that_telegram_refuses_is_not_in_what_is_said_about_it(stage: Stage) -> None:
    wrong = "123456789:planted-token-that-nobody-knows-0123"
    life = await stage.start(TELEGRAM_BOT_TOKEN=wrong)
    checked = await life.text("/health/ready")
    assert await life.stop() == 0
    _, output, errors = await stage.command("check", "--online", TELEGRAM_BOT_TOKEN=wrong)
    for text in (checked, life.said(), output, errors):
        assert "planted-token" not in text


async def _used(stage: Stage, life: Life, talk: Talk) -> list[str]:
    """Runs that print what is shaped like a key, in every way there is, and what `ps` shows of another."""
    session = await talk.opens()
    workspace = Path(stage.rows("SELECT workspace FROM sessions WHERE id = ?", session)[0]["workspace"])
    (workspace / "found").write_text(f"key {SHAPED}\nurl https://me:{SHAPED}@example.com\n")
    await talk.asks(
        "[[env STAGE_SECRET; sleep 1.6; tool cat found; sleep 1; env STAGE_SECRET]]", "Done after.*STAGE_SECRET="
    )
    shown = [version["text"] for each in await talk.heard() for version in each["versions"]]
    assert any("Running" in text and "STAGE_SECRET=" in text for text in shown)
    await talk.asks("/tail", "Output of")
    await talk.asks("/summary", "Completed")
    sent = await talk.asks("/log", "📄")
    await talk.asks("/profile leaky", "leaky")
    await talk.asks("whatever", "ERR_")
    async with stage.session.get(f"{stage.remote.url}/sim/file", params={"file_id": sent["file"]["file_id"]}) as answer:
        log = await answer.text()
    await talk.asks("/profile default", "default")
    await talk.says("[[say working; sleep 20]]")
    await stage.until("SELECT 1 FROM runs WHERE state = 'running' AND pid > 0")
    listed = processes.command_lines(life.pid, *processes.descendants(life.pid))
    assert "agent.standin" in listed
    await talk.says("/cancel")
    await talk.sees("Cancelled")
    assert await post(stage.session, life.url, firing("Planted")) == 200
    return [log, listed]


async def _asked(life: Life) -> list[str]:
    """What the API answers to those who may ask, and to those who may not."""
    headers = {"x-local-api-key": API_KEY}
    found = []
    for path in ("/metrics", "/api/runs", "/api/sessions", "/health", "/api/reliability", "/openapi.json", "/nowhere"):
        for given in (headers, {}, {"x-local-api-key": "wrong"}):
            async with life.session.get(f"{life.url}{path}", headers=given) as answer:
                found.append(await answer.text() + json.dumps(dict(answer.headers)))
    runs = await (await life.session.get(f"{life.url}/api/runs", headers=headers)).json()
    for run in runs:
        for what in ("", "/artifact.txt", "/timeline", "/timeline.md", "/events", "/recovery-options"):
            async with life.session.get(f"{life.url}/api/runs/{run['run_id']}{what}", headers=headers) as answer:
                assert answer.status == 200 or run["status"] not in {"completed", "failed"}, what
                found.append(await answer.text())
    return found


def _text_of(message: dict[str, object]) -> str:
    return json.dumps(message, ensure_ascii=False)


def _files(folder: Path) -> list[str]:
    """Logs, artefacts and backups; not the stand-in's own memory, nor the repositories."""
    own = [path for path in (folder / "data").rglob("*") if path.is_file() and "state.db" not in path.name]
    packed = (folder / "data" / "backups").glob("*.gz")
    return [
        *(path.read_text(encoding="utf-8", errors="replace") for path in own),
        *(gzip.decompress(path.read_bytes()).decode("latin-1") for path in packed),
    ]


def _free_text(database: Path) -> str:
    """Everything in the database but what people themselves have written: their prompts and updates."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE runs SET prompt = ''")
        connection.execute("DELETE FROM inbox WHERE source = 'telegram'")
        return "\n".join(connection.iterdump())
