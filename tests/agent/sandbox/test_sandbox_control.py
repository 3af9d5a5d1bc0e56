"""`/sim/` itself, and the process."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from agent.sandbox.bot import DEFAULT_TOKEN
from agent.sandbox.launch import launched
from agent.sandbox.remote import Refused

from .stage import CHAT, Stage

SOON = 15.0


async def test_waiting_ends_as_soon_as_a_message_matches(stage: Stage) -> None:
    seeing = asyncio.create_task(stage.sim.see(CHAT, r"run \d+ done", sender="bot"))
    await stage.sim.write(CHAT, "run 41 done")
    sent = await stage.bot.send_message(CHAT, "run 42")
    await stage.bot.edit_message_text("run 42 done", CHAT, sent.message_id)
    assert (await asyncio.wait_for(seeing, SOON))["message_id"] == sent.message_id


async def test_waiting_in_vain_shows_the_chat(stage: Stage) -> None:
    await stage.bot.send_message(CHAT, "something else")
    with pytest.raises(Refused, match=r"(?s)Waited in vain.*something else"):
        await stage.sim.see(CHAT, "run", timeout=0.01)


async def test_buttons_and_earlier_versions_can_be_waited_for(stage: Stage) -> None:
    await stage.send_buttons({"text": "Approve", "callback_data": "a"})
    await stage.call("editMessageText", chat_id=CHAT, message_id=1, text="Approved")
    assert (await stage.sim.see(CHAT, r"\[Approve\]", history=True))["text"] == "Approved"


async def test_a_misspelt_key_is_refused(stage: Stage) -> None:
    with pytest.raises(Refused, match="unknown chatid"):
        await stage.sim.post("message", chatid=CHAT, text="x")


async def test_the_chat_reads_like_a_chat(stage: Stage) -> None:
    await stage.sim.write(CHAT, "/run fix it", user={"id": CHAT, "first_name": "Ada"})
    await stage.send_buttons({"text": "Approve", "callback_data": "a:1"})
    callback = (await stage.sim.tap(CHAT, "Approve"))["callback_id"]
    await stage.call("answerCallbackQuery", callback_query_id=callback, text="Fine")
    lines = (await stage.sim.read_aloud(CHAT)).splitlines()
    assert lines[0] == "Ada (private 42)"
    assert [line for line in lines if line.startswith("  ")] == [
        "  /run fix it",
        "  Choose",
        "  [Approve]",
        "  > Ada taps a:1 (answered: Fine)",
    ]


async def test_a_reset_forgets_all_but_the_sequence_of_updates(stage: Stage) -> None:
    before = (await stage.sim.write(CHAT, "one"))["update_id"]
    await stage.sim.post("reset")
    assert (await stage.sim.get("state"))["chats"] == []
    assert (await stage.sim.write(CHAT, "two"))["update_id"] > before


async def test_forms_multipart_and_query_strings_are_understood_as_well_as_json(stage: Stage) -> None:
    url = f"{stage.sim.url}/bot{DEFAULT_TOKEN}/sendmessage"
    markup = '{"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}'
    fields = {"chat_id": str(CHAT), "text": "x", "reply_markup": markup}
    parts = aiohttp.FormData(fields, default_to_multipart=True)
    for request in (
        stage.http.post(url, data=fields),
        stage.http.post(url, data=parts),
        stage.http.get(url, params=fields),
    ):
        async with request as answer:
            assert (await answer.json())["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "a"


async def test_the_process_says_where_it_listens_and_leaves_when_told(tmp_path: Path) -> None:
    file = tmp_path / "url"
    token = "1:" + "x" * 35
    async with launched("--port", "0", "--token", token, "--chat", "9", "--public-url-file", str(file)) as url:
        assert file.read_text(encoding="utf-8") == url + "\n"
        send = f"{url}/bot{token}/sendMessage"
        async with aiohttp.ClientSession() as http, http.post(send, json={"chat_id": 9, "text": "hi"}) as answer:
            assert answer.status == 200
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.get(url)


async def test_a_port_that_is_taken_is_said_in_one_line(sandbox_url: str) -> None:
    with pytest.raises(OSError, match=r"sandbox: .*address already in use"):
        async with launched("--port", sandbox_url.rpartition(":")[2]):
            pass
