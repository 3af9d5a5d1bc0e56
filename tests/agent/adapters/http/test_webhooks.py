"""What others push: kept before it is confirmed, refused with 503 while it cannot be kept, and told apart."""

import asyncio
import gzip
import io
import json
import zlib

import pytest

from agent.adapters.alertmanager import read_notice
from agent.adapters.http.alert_intake import LARGEST_BODY, REPEATED_SECONDS, AlertIntake
from agent.domain.inbox import Item, Source
from agent.domain.unreadable import name_in
from agent.errors import Malformed, StoreReadOnly
from agent.settings.secret import Secret
from tests.agent.adapters.http.stage import ALERT_TOKEN, TELEGRAM_SECRET, Client
from tests.agent.fakes import FakeClock
from tests.agent.makers import NOON
from tests.agent.memory_store import MemoryStore

BEARER = {"Authorization": f"Bearer {ALERT_TOKEN}", "Content-Type": "application/json"}
GROUP = {
    "version": "4",
    "groupKey": '{}:{alertname="X"}',
    "status": "firing",
    "receiver": "agent",
    "alerts": [{"status": "firing", "labels": {"alertname": "X"}, "fingerprint": "f1"}],
}


async def kept(client: Client, source: Source = Source.ALERTMANAGER) -> list[Item]:
    async with client.agency.store.reading() as records:
        return list(await records.inbox.waiting(source, 100))


async def push(client: Client, body: object = GROUP) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (await client.call("POST", "/webhooks/alertmanager", data=io.BytesIO(data), headers=BEARER)).status


async def test_an_alert_is_kept_as_it_came_before_it_is_confirmed(client: Client) -> None:
    assert await push(client) == 200
    (item,) = await kept(client)
    assert json.loads(item.body) == GROUP


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong", f"Basic {ALERT_TOKEN}", "Bearer ümlaut"])
async def test_without_the_token_nothing_is_taken(client: Client, token: str) -> None:
    answer = await client.post("/webhooks/alertmanager", GROUP, headers={"Authorization": token})
    assert (answer.status, await kept(client)) == (401, [])
    assert "WWW-Authenticate" in answer.headers


async def test_where_no_token_is_set_nothing_is_taken() -> None:
    intake = AlertIntake(MemoryStore(), FakeClock(), Secret(""), lambda: None)
    assert not intake.knows("")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"{}", b'{"alerts": {}}', b"null", b"[" * 100_000])
async def test_what_is_no_notification_is_refused_for_good(client: Client, body: bytes) -> None:
    assert (await push(client, body), await kept(client)) == (400, [])


@pytest.mark.parametrize(
    "body", [{"alerts": []}, {"alerts": [], "news": {"a": 1}}, {"alerts": [{}], "version": "9", "status": None}]
)
async def test_fields_may_be_absent_or_new(client: Client, body: object) -> None:
    assert (await push(client, body), len(await kept(client))) == (200, 1)


LONG = json.dumps({**GROUP, "pad": "x" * 3_000_000}).encode()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(LONG)),
        ("X-GZip", gzip.compress(LONG[:7]) + gzip.compress(LONG[7:])),
        ("deflate", zlib.compress(LONG)),
        ("deflate", zlib.compress(LONG)[2:-4]),
        ("identity", LONG),
        ("gzip", gzip.compress(LONG, 0)),
    ],
    ids=["gzip", "two members", "with a frame", "without it", "as it is", "stored"],
)
async def test_packed_bodies_are_kept_unpacked(client: Client, encoding: str, packed: bytes) -> None:
    headers = {**BEARER, "Content-Encoding": encoding}
    answer = await client.call("POST", "/webhooks/alertmanager", data=io.BytesIO(packed), headers=headers)
    (item,) = await kept(client)
    assert (answer.status, item.body) == (200, LONG.decode())


async def test_sixteen_megabytes_are_taken_and_more_are_not(client: Client) -> None:
    body = json.dumps(GROUP).encode()
    assert await push(client, body + b" " * (LARGEST_BODY - len(body))) == 200
    assert await push(client, body + b" " * (LARGEST_BODY - len(body) + 1)) == 413


def large(name: str) -> bytes:
    alerts = [{"status": "firing", "labels": {"alertname": name, "pod": str(each)}} for each in range(9)]
    return json.dumps({"alerts": alerts, "pad": "x" * LARGEST_BODY, "groupLabels": {"alertname": name}}).encode()


async def test_what_is_refused_for_its_size_leaves_word_of_it_once_per_alert_and_hour(client: Client) -> None:
    for name in ('Big \\ "one"', 'Big \\ "one"', "Other"):
        assert await push(client, large(name)) == 413
    assert len(await kept(client)) == 2
    client.agency.clock.advance(3600)
    assert await push(client, large("Other")) == 413

    told = await kept(client)
    assert [name_in(each.body) for each in told] == ['Big \\ "one"', "Other", "Other"]
    for each in told:
        with pytest.raises(Malformed, match=r"16\.0 MiB were refused") as caught:
            read_notice(each.body, NOON)
        assert "16 MiB are taken at most" in str(caught.value)
    assert str(caught.value) != json.loads(told[1].body)["refused"]


async def test_what_is_too_large_only_when_it_is_unpacked_leaves_word_too(client: Client) -> None:
    headers = {**BEARER, "Content-Encoding": "gzip"}
    answer = await client.call(
        "POST", "/webhooks/alertmanager", data=io.BytesIO(gzip.compress(large("Big"))), headers=headers
    )
    assert (answer.status, [name_in(each.body) for each in await kept(client)]) == (413, ["Big"])


async def test_a_stranger_leaves_no_word(client: Client) -> None:
    answer = await client.call("POST", "/webhooks/alertmanager", data=io.BytesIO(large("Big")), headers={})
    assert (answer.status, await kept(client)) == (401, [])


async def test_a_disk_that_refuses_the_word_makes_alertmanager_come_back(client: Client) -> None:
    client.agency.disk.broken = True
    assert await push(client, large("Big")) == 503


async def test_a_disk_that_refuses_makes_alertmanager_come_back(client: Client) -> None:
    client.agency.disk.broken = True
    answer = await client.post("/webhooks/alertmanager", GROUP, headers=BEARER)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    client.agency.disk.broken = False
    assert (await push(client), len(await kept(client))) == (200, 1)


async def test_alerts_come_in_while_telegram_is_away(client: Client) -> None:
    client.agency.chat.down = "connection refused"
    assert (await client.get("/health/ready")).status == 503
    assert await push(client) == 200


async def test_many_at_once_are_all_kept(client: Client) -> None:
    bodies = [{**GROUP, "groupKey": str(each)} for each in range(100)]
    answers = await asyncio.gather(*(push(client, each) for each in bodies))
    assert (set(answers), len(await kept(client))) == ({200}, 100)


async def test_the_same_bytes_right_after_are_a_repetition(client: Client) -> None:
    answers = [await client.post("/webhooks/alertmanager", GROUP, headers=BEARER) for _ in range(2)]
    assert [each.json for each in answers] == [{"accepted": True}, {"accepted": False}]
    assert len(await kept(client)) == 1


async def test_the_same_bytes_later_are_the_heartbeat_of_a_watchdog(client: Client) -> None:
    for _ in range(3):
        await push(client)
        client.agency.clock.advance(REPEATED_SECONDS + 1)
    assert len(await kept(client)) == 3


async def test_a_steady_stream_of_repetitions_cannot_swallow_a_heartbeat(client: Client) -> None:
    for _ in range(6):
        await push(client)
        client.agency.clock.advance(1)
    assert len(await kept(client)) == 2


async def test_a_group_that_has_changed_is_never_a_repetition(client: Client) -> None:
    await push(client)
    await push(client, {**GROUP, "status": "resolved"})
    await push(client)
    assert len(await kept(client)) == 2


async def test_what_could_not_be_kept_is_no_repetition_when_it_comes_again() -> None:
    store, woken = MemoryStore(), []
    intake = AlertIntake(store, FakeClock(), Secret("t"), lambda: woken.append(1))
    store.broken = True
    with pytest.raises(StoreReadOnly):
        await intake.take(b'{"alerts": []}')
    store.broken = False
    assert (await intake.take(b'{"alerts": []}'), woken) == (True, [1])


async def test_telegram_is_taken_with_its_secret_only(client: Client) -> None:
    secret = {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
    assert (await client.post("/webhooks/telegram", {"update_id": 1})).status == 401
    assert (await client.post("/webhooks/telegram", {"update_id": 1}, headers=secret)).status == 200
    assert (await client.post("/webhooks/telegram", {"update": 1}, headers=secret)).status == 400
    assert len(await kept(client, Source.TELEGRAM)) == 1


async def test_telegram_comes_back_when_the_disk_refuses(client: Client) -> None:
    client.agency.disk.broken = True
    secret = {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
    answer = await client.post("/webhooks/telegram", {"update_id": 1}, headers=secret)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")


async def test_webhooks_need_no_api_key_and_no_local_host(locked: Client, client: Client) -> None:
    assert await push(locked) == 200
    answer = await client.post("/webhooks/alertmanager", GROUP, headers={**BEARER, "Host": "agent.example"})
    assert answer.status == 200
