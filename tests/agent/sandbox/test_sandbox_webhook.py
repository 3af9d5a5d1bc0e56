"""Updates that are pushed."""

import pytest
from aiohttp import web

from .receiver import receiving
from .stage import CHAT, Stage


async def test_an_update_is_pushed_with_the_secret(stage: Stage) -> None:
    async with receiving() as hook:
        await stage.bot.set_webhook(hook.url, secret_token="s3cret_-")  # noqa: S106 - opens nothing
        sent = (await stage.sim.write(CHAT, "hello"))["update_id"]
        secret, update = await hook.next()
    assert (secret, update["update_id"], update["message"]["text"]) == ("s3cret_-", sent, "hello")


async def test_what_was_taken_is_not_pushed_again(stage: Stage) -> None:
    async with receiving() as hook:
        await stage.bot.set_webhook(hook.url)
        await stage.sim.write(CHAT, "hello")
        await hook.next()
        await stage.sim.post("wait", drained=True)
    assert (await stage.bot.get_webhook_info()).pending_update_count == 0


async def test_updates_that_waited_are_pushed_in_order_once_a_webhook_is_set(stage: Stage) -> None:
    await stage.sim.write(CHAT, "one")
    await stage.sim.write(CHAT, "two")
    async with receiving() as hook:
        await stage.bot.set_webhook(hook.url)
        texts = [(await hook.next())[1]["message"]["text"] for _ in range(2)]
    assert texts == ["one", "two"]


async def test_a_refused_update_is_pushed_again_with_doubling_pauses(stage: Stage) -> None:
    async with receiving(*(web.Response(status=500) for _ in range(2))) as hook:
        await stage.bot.set_webhook(hook.url)
        await stage.sim.write(CHAT, "hello")
        for pause in (0, 1, 2):
            await stage.sim.post("clock", advance=pause)
            assert (await hook.next())[1]["message"]["text"] == "hello"
        await stage.sim.post("wait", drained=True)


async def test_retry_after_decides_when_the_next_attempt_comes(stage: Stage) -> None:
    async with receiving(web.Response(status=503, headers={"Retry-After": "1000"})) as hook:
        await stage.bot.set_webhook(hook.url)
        await stage.sim.write(CHAT, "hello")
        await hook.next()
        await stage.sim.post("clock", advance=900)
        info = await stage.bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
        assert hook.arrived.empty()
        await stage.sim.post("clock", advance=101)
        await hook.next()


async def test_deleting_the_webhook_lets_the_bot_poll_what_was_not_taken(stage: Stage) -> None:
    await stage.bot.set_webhook("http://127.0.0.1:9/nobody")
    await stage.sim.write(CHAT, "hello")
    await stage.bot.delete_webhook()
    assert len(await stage.bot.get_updates()) == 1


async def test_pending_updates_can_be_dropped(stage: Stage) -> None:
    await stage.sim.write(CHAT, "hello")
    await stage.bot.delete_webhook(drop_pending_updates=True)
    assert await stage.bot.get_updates() == ()


@pytest.mark.parametrize(
    ("secret", "description"),
    [
        ("white space", "Bad Request: secret token contains unallowed characters"),
        ("x" * 257, "Bad Request: secret token is too long"),
    ],
)
async def test_an_impossible_secret_is_refused(stage: Stage, secret: str, description: str) -> None:
    answer = await stage.call("setWebhook", url="https://example.org/hook", secret_token=secret)
    assert answer.description == description
