"""What Telegram and Alertmanager push: taken with the secret, refused without, and bounded."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from .alertmanager import TOKEN
from .stage import Life, Stage, free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "the-secret-of-the-webhook"  # noqa: S105 - of the stage
HEADER = "X-Telegram-Bot-Api-Secret-Token"
TWO_MEGABYTES = b"x" * 2_000_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(folder: Path) -> AsyncIterator[Stage]:
    port = free_port()
    settings = {
        "TELEGRAM_UPDATES": "webhook",
        "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/webhooks/telegram",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "BIND_PORT": str(port),
        "ALERTMANAGER_WEBHOOK_TOKEN": TOKEN,
    }
    async with Stage.set(folder, **settings) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def life(stage: Stage) -> Life:
    return await stage.start()


async def test_a_prompt_that_is_pushed_is_run(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens()
    await talk.asks("[[say pushed and done]]", "Done.*pushed and done")
    assert (await stage.remote.get("state"))["webhook"]["url"].startswith(life.url)


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", "the-secret-öf-the-webhook"])
async def test_nothing_is_taken_without_the_secret(stage: Stage, life: Life, secret: str) -> None:
    assert await _pushed(life, b'{"update_id": 900001}', secret) == 401
    assert stage.rows("SELECT 1 FROM inbox WHERE key = '900001'") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"no json", 400), (b"[]", 400), (b"{}", 400), (b'{"update_id": "1"}', 400), (TWO_MEGABYTES, 413)],
)
async def test_what_is_no_update_is_refused_and_changes_nothing(
    stage: Stage, life: Life, body: bytes, status: int
) -> None:
    before = stage.rows("SELECT count(*) FROM inbox")[0][0]
    assert await _pushed(life, body, SECRET) == status
    assert stage.rows("SELECT count(*) FROM inbox")[0][0] == before


async def test_an_update_that_is_pushed_twice_is_done_once(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    written = await stage.remote.write(talk.chat_id, "/whoami", user=talk.person)
    await talk.sees("admin")
    await stage.remote.post("redeliver", update_id=written["update_id"])
    await stage.remote.post("wait", drained=True)
    await talk.asks("/projects", "Projects")
    assert len(await talk.heard()) == 2


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"alerts": 5}', b"\xff\xfe", b'{"alerts":' + b"[" * 9000])
async def test_a_notification_that_is_none_is_refused_and_not_kept(stage: Stage, life: Life, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with stage.session.post(f"{life.url}/webhooks/alertmanager", data=body, headers=headers) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["message"]
    assert stage.rows("SELECT 1 FROM inbox WHERE source = 'alertmanager'") == []


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
async def test_a_notification_without_the_token_is_refused(stage: Stage, life: Life, authorization: str) -> None:
    headers = {"Authorization": authorization}
    async with stage.session.post(f"{life.url}/webhooks/alertmanager", json={"alerts": []}, headers=headers) as answer:
        assert answer.status == 401
    assert stage.rows("SELECT 1 FROM inbox WHERE source = 'alertmanager'") == []


async def _pushed(life: Life, body: bytes, secret: str) -> int:
    headers = {HEADER: secret, "Content-Type": "application/json"} if secret else {}
    async with life.session.post(f"{life.url}/webhooks/telegram", data=io.BytesIO(body), headers=headers) as answer:
        return answer.status
