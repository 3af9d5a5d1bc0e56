"""Pushed updates: 200 only for what is kept, and Telegram told where to push."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from agent.adapters.telegram import Registration, Webhook
from agent.adapters.telegram.webhook import LARGEST_BODY, SECRET_HEADER
from agent.settings.secret import Secret
from tests.agent.adapters.telegram.stage import CHAT, SECRET, SOON, Mailbox, Stage, StepClock

UPDATE = json.dumps({"update_id": 5, "message": {"text": "hi"}}).encode()


@asynccontextmanager
async def serving(webhook: Webhook) -> AsyncIterator[str]:
    """The handler behind a real server, as the HTTP adapter will mount it."""

    async def take(request: web.Request) -> web.Response:
        secret = request.headers.get(SECRET_HEADER, "")
        refused = webhook.refusal(secret, request.content_length)
        answer = refused or await webhook.take(secret, await request.read())
        return web.Response(status=answer.status, text=answer.reason, headers=answer.headers)

    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


async def test_telegram_pushes_what_people_write(stage: Stage) -> None:
    clock = StepClock()
    mailbox = Mailbox(clock)
    async with serving(Webhook(mailbox.intake, SECRET)) as url:
        registration = Registration(stage.connection.bot, clock, url, SECRET)
        await registration.run()
        assert registration.problem == ""
        await stage.sim.write(CHAT, "one")
        second = await stage.sim.write(CHAT, "two")
        await stage.sim.post("edit", chat_id=CHAT, message_id=second["message_id"], text="three")
        items = await mailbox.items(3)
        await stage.sim.post("wait", drained=True)
    told = [next(value for key, value in json.loads(item.body).items() if key != "update_id") for item in items]
    assert [each["text"] for each in told] == ["one", "two", "three"]


async def test_telegram_comes_back_after_the_store_has_refused(stage: Stage) -> None:
    clock = StepClock()
    mailbox = Mailbox(clock)
    mailbox.store.broken = True
    async with serving(Webhook(mailbox.intake, SECRET)) as url:
        await Registration(stage.connection.bot, clock, url, SECRET).run()
        await stage.sim.write(CHAT, "one")
        await stage.sim.post("wait", chat_id=CHAT, matches="one")
        async with asyncio.timeout(SOON):
            while "503" not in (await stage.sim.get("state"))["webhook"].get("last_error_message", ""):
                pass  # each look is a request of its own
        mailbox.store.broken = False
        await stage.sim.post("clock", advance=31)
        assert len(await mailbox.items(1)) == 1


async def test_registration_waits_until_telegram_is_there(stage: Stage) -> None:
    clock = StepClock()
    await stage.sim.post("faults", kind="5xx", method="setWebhook", times=2)
    registration = Registration(stage.connection.bot, clock, "http://127.0.0.1:9/hook", SECRET)
    task = asyncio.create_task(registration.run())
    assert [await clock.pass_next_pause(60), await clock.pass_next_pause(60)] == [1, 2]
    await asyncio.wait_for(task, 15)
    state = (await stage.sim.get("state"))["webhook"]
    assert (state["max_connections"], registration.problem) == (1, "")


@pytest.mark.parametrize(
    ("secret", "body", "status"),
    [
        ("a-secret-for-the-header", UPDATE, 200),
        ("a-secret-for-the-headex", UPDATE, 401),
        ("", UPDATE, 401),
        ("ümlaut", UPDATE, 401),
        ("a-secret-for-the-header", b"{", 400),
        ("a-secret-for-the-header", b"\xff", 400),
        ("a-secret-for-the-header", b"[]", 400),
        ("a-secret-for-the-header", b'{"update_id": "5"}', 400),
        ("a-secret-for-the-header", b'{"update_id": true}', 400),
        ("a-secret-for-the-header", b"[" * 100_000, 400),
        ("a-secret-for-the-header", b"x" * (LARGEST_BODY + 1), 413),
    ],
)
async def test_each_delivery_has_its_answer(secret: str, body: bytes, status: int) -> None:
    mailbox = Mailbox(StepClock())
    assert (await Webhook(mailbox.intake, SECRET).take(secret, body)).status == status
    assert len(await mailbox.items(0)) == (1 if status == 200 else 0)


async def test_without_a_secret_nothing_is_taken() -> None:
    mailbox = Mailbox(StepClock())
    assert (await Webhook(mailbox.intake, Secret("")).take("", UPDATE)).status == 401


async def test_a_store_that_refuses_asks_for_another_try() -> None:
    mailbox = Mailbox(StepClock())
    mailbox.store.broken = True
    answer = await Webhook(mailbox.intake, SECRET).take(SECRET.reveal(), UPDATE)
    assert (answer.status, answer.headers) == (503, {"Retry-After": "30"})
