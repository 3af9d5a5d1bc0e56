"""What may come through the door for alerts: the wrong caller, nonsense, too much, twice, late, with another clock."""

import asyncio
import contextlib
import io
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.end_to_end.agent.alertmanager import TOKEN, firing, post
from tests.end_to_end.agent.stage import Life, Stage
from tests.end_to_end.agent.talk import PERSON, Talk

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_TEXT = 4096
SEVENTEEN_MEGABYTES = 17 * 1024 * 1024
BUSY_SECONDS = 12.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with Stage.set(tmp_path_factory.mktemp("intake"), ALERTMANAGER_WEBHOOK_TOKEN=TOKEN) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def life(stage: Stage) -> Life:
    """Without a catalogue: alerts are worth showing without one."""
    return await stage.start()


def chat(stage: Stage) -> Talk:
    return Talk(stage.remote, PERSON, PERSON)


async def about(stage: Stage, name: str) -> list[dict[str, Any]]:
    return [each for each in await chat(stage).heard() if name in each["text"]]


def over(notification: dict[str, Any]) -> dict[str, Any]:
    """The same group, resolved a minute after it began."""
    (alert,) = notification["alerts"]
    ended = alert | {"status": "resolved", "endsAt": "2026-01-01T00:01:00Z"}
    return notification | {"status": "resolved", "alerts": [ended]}


async def test_without_a_catalogue_an_alert_comes_with_its_own_words(stage: Stage, life: Life) -> None:
    assert await post(stage.session, life.url, firing("DatabaseCorruption")) == 200
    shown = await chat(stage).sees("DatabaseCorruption is the matter")
    assert "The runbook catalogue is not loaded" in shown["text"]
    assert "alerts come without steps" in life.said()


@pytest.mark.parametrize("token", ["", "guess", TOKEN + "x", "\u00e9"])
async def test_a_caller_without_the_token_is_turned_away_and_nothing_is_kept(
    stage: Stage, life: Life, token: str
) -> None:
    assert await post(stage.session, life.url, firing("Forged"), token) == 401
    assert stage.rows("SELECT 1 FROM inbox WHERE source = 'alertmanager' AND body LIKE '%Forged%'") == []


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 400, "This is no JSON."),
        (b"{", 400, "This is no JSON."),
        (b"\xff\xfe", 400, "This is no JSON."),
        (b"[" * 100_000, 400, "This is no JSON."),
        (b"[]", 400, "it has no list of alerts"),
        (b'{"alerts": "none"}', 400, "it has no list of alerts"),
    ],
)
async def test_nonsense_is_refused_in_a_sentence_and_nothing_is_kept(
    stage: Stage, life: Life, body: bytes, status: int, said: str
) -> None:
    before = stage.rows("SELECT count(*) AS n FROM inbox")[0]["n"]
    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = f"{life.url}/webhooks/alertmanager"
    async with stage.session.post(url, data=io.BytesIO(body), headers=headers) as answer:
        assert answer.status == status
        assert said in (await answer.json())["error"]["message"]
    assert stage.rows("SELECT count(*) AS n FROM inbox")[0]["n"] == before


async def test_what_is_too_large_is_refused_and_the_chat_hears_which_alert_it_was(stage: Stage, life: Life) -> None:
    body = json.dumps(firing("Enormous") | {"pad": "x" * SEVENTEEN_MEGABYTES}).encode()
    url, headers = f"{life.url}/webhooks/alertmanager", {"Authorization": f"Bearer {TOKEN}"}
    async with stage.session.post(url, data=io.BytesIO(body), headers=headers) as answer:
        assert answer.status == 413
    told = await chat(stage).sees("could not be read today: Enormous")
    assert "17.0 MiB were refused" in told["text"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"version": "5"}, "Its version is not 4"),
        ({"alerts": [{"status": "firing"}, 7]}, "None of its alerts has labels"),
    ],
)
async def test_a_notification_of_another_kind_is_put_aside_and_an_admin_is_told(
    stage: Stage, life: Life, change: dict[str, Any], why: str
) -> None:
    assert await post(stage.session, life.url, firing("Strange") | change) == 200
    await chat(stage).sees(f"could not be read today.*{why}")
    assert stage.rows("SELECT 1 FROM inbox WHERE state = 'failed' AND detail LIKE ?", f"%{why}%")
    assert await about(stage, "Strange is the matter") == []


async def test_fields_that_are_new_or_missing_do_no_harm(stage: Stage, life: Life) -> None:
    bare = {"alerts": [{"labels": {"alertname": "Bare"}, "startsAt": "2026-01-01T00:00:00Z", "new": [{}]}], "later": 1}
    assert await post(stage.session, life.url, bare) == 200
    await chat(stage).sees("Bare")


async def test_what_is_posted_again_is_one_incident_and_one_message(stage: Stage, life: Life) -> None:
    """Twice by one Alertmanager whose answer got lost, once by the other one of its pair."""
    told = firing("Replayed")
    pair = told | {"externalURL": "http://the-other-one.example"}
    assert [await post(stage.session, life.url, each) for each in (told, told, pair)] == [200, 200, 200]
    assert await post(stage.session, life.url, firing("Afterwards")) == 200
    await chat(stage).sees("Afterwards is the matter")
    (only,) = await about(stage, "Replayed is the matter")
    assert len(only["versions"]) == 1
    assert len(stage.rows("SELECT 1 FROM incidents WHERE name = 'Replayed'")) == 1


async def test_an_end_that_arrives_before_its_beginning_wins(stage: Stage, life: Life) -> None:
    began = firing("Reordered")
    assert await post(stage.session, life.url, over(began)) == 200
    assert await post(stage.session, life.url, began) == 200
    assert await post(stage.session, life.url, firing("Later")) == 200
    await chat(stage).sees("Later is the matter")
    assert await about(stage, "Reordered") == []
    found = await life.get("/api/incidents")
    assert [each["status"] for each in found if each["name"] == "Reordered"] == ["resolved"]


async def test_an_alert_from_a_clock_that_runs_ahead_began_no_later_than_we_heard_of_it(
    stage: Stage, life: Life
) -> None:
    ahead, now = firing("Ahead"), datetime.now(UTC)
    ahead["alerts"][0]["startsAt"] = (now + timedelta(days=1)).isoformat()
    assert await post(stage.session, life.url, ahead) == 200
    since = re.search(r"Since (.+) UTC", (await chat(stage).sees("Ahead is the matter"))["text"])
    assert since is not None
    assert since[1] in {f"{now + timedelta(minutes=n):%d %b %H:%M}" for n in (0, 1)}


async def test_a_group_without_labels_is_not_silenced_because_that_would_silence_everything(
    stage: Stage, life: Life
) -> None:
    assert await post(stage.session, life.url, firing("Ungrouped") | {"groupLabels": {}, "groupKey": "{}:{}"}) == 200
    shown = await chat(stage).sees("Ungrouped is the matter")
    tapped = await chat(stage).taps("Silence 1h", message_id=shown["message_id"])
    assert "a silence without a matcher would silence all" in tapped["answer"]


async def test_a_thousand_alerts_of_one_group_are_one_message_that_counts_them_all(stage: Stage, life: Life) -> None:
    told = firing("Thousand")
    (one,) = told["alerts"]
    many = [one | {"labels": one["labels"] | {"pod": f"pod-{n}"}, "fingerprint": f"{n:016x}"} for n in range(1000)]
    assert await post(stage.session, life.url, told | {"alerts": many, "truncatedAlerts": 7}) == 200
    shown = await chat(stage).sees("Thousand is the matter")
    assert "1000 alerts firing, 7 more not listed here" in shown["text"]
    assert "pod: pod-0, pod-1" in shown["text"]
    assert len(shown["text"].encode("utf-16-le")) // 2 <= MOST_TEXT
    listed = shown["text"].count("• pod=")
    assert f"+{1000 - listed} more" in shown["text"]


async def test_while_the_database_is_held_alertmanager_is_asked_to_come_back_and_then_it_is_kept(
    stage: Stage, life: Life
) -> None:
    with contextlib.closing(sqlite3.connect(stage.database, isolation_level=None)) as thief:
        thief.execute("BEGIN IMMEDIATE")
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with asyncio.timeout(BUSY_SECONDS):
            url, body = f"{life.url}/webhooks/alertmanager", json.dumps(firing("Patient"))
            async with stage.session.post(url, data=body, headers=headers) as answer:
                assert answer.status == 503
                assert int(answer.headers["Retry-After"]) > 0
        thief.execute("ROLLBACK")
    assert stage.rows("SELECT 1 FROM inbox WHERE body LIKE '%Patient%'") == []
    assert await post(stage.session, life.url, firing("Patient")) == 200
    await chat(stage).sees("Patient is the matter", timeout=15)


async def test_an_agent_without_a_token_takes_no_alerts_from_anybody(stage: Stage, life: Life, tmp_path: Path) -> None:
    other = await stage.start(DATA_DIR=str(tmp_path), ALERTMANAGER_WEBHOOK_TOKEN="")
    assert [await post(stage.session, other.url, firing("Open"), token) for token in ("", TOKEN)] == [401, 401]
    await other.stop()
