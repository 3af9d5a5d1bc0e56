"""The doors of the stand-in and of the plain receiver, over real HTTP on loopback."""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from generator.domain.service import Service
from generator.drill.codex_pipeline.stream import series
from generator.drill.control import Control
from generator.drill.exporter.server import Doors
from generator.drill.exporter.world import World
from generator.drill.subject import Subject, subjects
from generator.drill.watching.plain import PlainReceiver
from generator.errors import TocsinError

Client = TestClient[web.Request, web.Application]
NOW = 1_700_000_000.0


@pytest.fixture
async def standin(ours: Service) -> AsyncIterator[Client]:
    async with TestClient(TestServer(Doors(World(ours, NOW), lambda: NOW + 1).application())) as client:
        yield client


@pytest.fixture
def control(standin: Client) -> Control:
    return Control(standin.session, str(standin.make_url("")).rstrip("/"))


async def scraped(standin: Client, job: str) -> str:
    answer = await standin.get("/metrics", params={"job": job})
    assert answer.status == 200
    return await answer.text()


async def test_a_breach_shows_at_the_next_scrape_until_it_is_healed(standin: Client, control: Control) -> None:
    seen = []
    for act in (control.heal, control.breach, control.heal):
        await act("HighP95Latency")
        text = await scraped(standin, "televibe-orchestrator")
        seen.append("codex_bot_run_latency_p95 47.25\n" in text)

    assert seen == [False, True, False]


async def test_a_target_that_is_down_cuts_the_connection(standin: Client, control: Control) -> None:
    await control.breach("NodeExporterDown")

    with pytest.raises(aiohttp.ClientError):
        await scraped(standin, "node")
    assert "node_" not in await scraped(standin, "nats")


async def test_an_unknown_job_is_named_with_those_that_there_are(standin: Client) -> None:
    answer = await standin.get("/metrics", params={"job": "nobody"})

    assert (answer.status, "kafka-exporter" in await answer.text()) == (404, True)


async def test_an_unknown_alert_is_one_clear_error(control: Control) -> None:
    with pytest.raises(TocsinError, match="there is no alert 'Nobody' that can be breached"):
        await control.breach("Nobody")


async def test_a_breach_of_what_is_scraped_from_something_real_is_refused_and_says_what_to_do(ours: Service) -> None:
    world = World(ours, NOW, ["televibe-orchestrator"])
    async with TestClient(TestServer(Doors(world, lambda: NOW + 1).application())) as client:
        for alert in ("HighRunFailureRate", "OrchestratorDown", "DroviAgentMetricsAbsent", "BackupTooOld"):
            answer = await client.post("/control/breach", params={"alert": alert})
            text = await answer.text()
            assert (answer.status, world.breached) == (409, ())
            assert f"{alert} looks at televibe-orchestrator, which is scraped from the agent itself" in text
            assert "tocsin up --no-agent" in text
        other = await client.post("/control/breach", params={"alert": "CodexKafkaCompletionsLagHigh"})
        state = await (await client.get("/control/state")).json()

    assert (other.status, world.breached) == (200, ("CodexKafkaCompletionsLagHigh",))
    assert state["elsewhere"] == ["televibe-orchestrator"]


@pytest.mark.parametrize("body", ["", "{}x", '[{"name": "up"}]', '[{"name": "a", "value": "b"}]', "[1]"])
async def test_held_values_that_cannot_be_read_change_nothing(standin: Client, body: str) -> None:
    before = await scraped(standin, "nats")

    answer = await standin.post("/control/hold", data=body)

    assert answer.status in {400, 404}
    assert await scraped(standin, "nats") == before


def test_the_broker_s_answer_becomes_the_exporters_series() -> None:
    consumer = {"name": "jangar-agent-comms", "num_pending": 7, "num_ack_pending": 2}
    stream = {
        "name": "agent-comms",
        "state": {"last_seq": 9, "messages": 8, "bytes": 70},
        "consumer_detail": [consumer],
    }

    found = {
        name: (labels, value) for name, labels, value in series({"account_details": [{"stream_detail": [stream]}]})
    }

    assert found["jetstream_stream_last_seq"][1] == 9
    assert found["jetstream_consumer_num_pending"] == (
        {
            "stream_name": "agent-comms",
            "consumer_name": "jangar-agent-comms",
            "is_consumer_leader": "true",
            "server_name": "drill",
        },
        7,
    )
    assert found["jetstream_consumer_num_ack_pending"][1] == 2


# The plain receiver ---------------------------------------------------------------------------------------------------


@pytest.fixture
def subject(ours: Service) -> Subject:
    return next(subject for subject in subjects(ours) if subject.name == "HighP95Latency")


@pytest.fixture
async def receiver() -> AsyncIterator[SimpleNamespace]:
    plain, made = PlainReceiver("sesame"), web.Application()
    made.router.add_post("/", plain.take)
    async with TestClient(TestServer(made)) as client:

        async def notify(status: str, labels: dict[str, str], token: str = "sesame") -> int:  # noqa: S107 # of this test
            body = {"alerts": [{"status": status, "labels": labels}]}
            return (await client.post("/", json=body, headers={"Authorization": f"Bearer {token}"})).status

        yield SimpleNamespace(plain=plain, notify=notify, client=client)


async def test_it_hears_that_an_alert_fires_and_that_it_is_over(receiver: SimpleNamespace, subject: Subject) -> None:
    heard = [await receiver.plain.wait_for_message(subject, 0.01)]
    for status in ("firing", "resolved"):
        await receiver.notify(status, dict(subject.labels))
        heard += [
            await receiver.plain.wait_for_message(subject, 0.01),
            await receiver.plain.wait_for_resolved(subject, 0.01),
        ]

    assert heard == [False, True, False, False, True]


async def test_it_is_not_over_while_one_of_several_still_fires(receiver: SimpleNamespace, subject: Subject) -> None:
    await receiver.notify("firing", {**subject.labels, "pod": "a"})
    await receiver.notify("resolved", {**subject.labels, "pod": "b"})

    assert not await receiver.plain.wait_for_resolved(subject, 0.01)


async def test_a_wrong_token_is_refused_and_changes_nothing(receiver: SimpleNamespace, subject: Subject) -> None:
    status = await receiver.notify("firing", dict(subject.labels), "guess")

    assert (status, await receiver.plain.wait_for_message(subject, 0.01)) == (401, False)


async def test_what_is_no_notification_is_refused(receiver: SimpleNamespace) -> None:
    answer = await receiver.client.post("/", data="[]", headers={"Authorization": "Bearer sesame"})

    assert answer.status == 400
