"""A nats-server with the pipeline's stream and consumer, and what its monitoring port says about them."""

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from generator.drill.codex_pipeline.nats import Nats
from generator.drill.control import Held
from generator.drill.stack.health import until_ready
from generator.drill.stack.ports import LOOPBACK, free_ports
from generator.drill.stack.process import Process
from generator.errors import ToolMissing

STREAM, CONSUMER = "agent-comms", "jangar-agent-comms"
SUBJECTS = "argo.workflow.>"
_WEEK = 7 * 24 * 3600 * 10**9
_TIMEOUT = aiohttp.ClientTimeout(total=5)


@dataclass(frozen=True, slots=True)
class Broker:
    """A running server.

    Attributes:
        port: where clients connect.
        monitoring: the base URL of the port that is 8222 in production; it serves JSON, no metrics.
    """

    port: int
    monitoring: str
    session: aiohttp.ClientSession

    async def held(self) -> list[Held]:
        """The exporter's series of the stream and its consumer, with the documented labels."""
        async with self.session.get(f"{self.monitoring}/jsz?consumers=true&streams=true", timeout=_TIMEOUT) as answer:
            return list(series(await answer.json()))


@asynccontextmanager
async def broker(folder: Path, logs: Path, session: aiohttp.ClientSession) -> AsyncIterator[Broker]:
    """A server with the stream and the consumer, for the length of the block.

    Raises:
        ToolMissing: naming the Debian package that brings it.
    """
    program = shutil.which("nats-server")
    if program is None:
        raise ToolMissing("nats-server is not installed; `apt-get install nats-server` brings it")
    port, monitoring = free_ports(2)
    command = [program, "-a", LOOPBACK, "-p", str(port), "-m", str(monitoring), "-js", "-sd", str(folder)]
    process = Process("nats-server", command, logs / "nats-server.log")
    try:
        await process.start()
        found = Broker(port, f"http://{LOOPBACK}:{monitoring}", session)
        await until_ready(process, f"{found.monitoring}/healthz", session)
        await _set_up(found)
        yield found
    finally:
        await process.stop()


async def _set_up(found: Broker) -> None:
    nats = await Nats.connected(LOOPBACK, found.port)
    try:
        await nats.api(
            f"STREAM.CREATE.{STREAM}",
            {"name": STREAM, "subjects": [SUBJECTS], "retention": "limits", "max_age": _WEEK, "storage": "memory"},
        )
        config = {
            "durable_name": CONSUMER,
            "ack_policy": "explicit",
            "deliver_policy": "all",
            "max_ack_pending": 20_000,
        }
        await nats.api(f"CONSUMER.DURABLE.CREATE.{STREAM}.{CONSUMER}", {"stream_name": STREAM, "config": config})
    finally:
        await nats.close()


def series(answer: Mapping[str, Any]) -> Iterator[Held]:
    """What the NATS exporter makes of `/jsz?consumers=true&streams=true`.

    A server without a cluster leads everything itself; its answer has no `cluster` then.
    """
    for stream in (each for account in answer.get("account_details", ()) for each in account.get("stream_detail", ())):
        name, state = stream["name"], stream["state"]
        labels = {"stream_name": name, "is_stream_leader": "true", "server_name": "drill"}
        yield "jetstream_stream_last_seq", labels, float(state["last_seq"])
        yield "jetstream_stream_total_messages", labels, float(state["messages"])
        yield "jetstream_stream_total_bytes", labels, float(state["bytes"])
        for consumer in stream.get("consumer_detail", ()):
            of_consumer = {
                "stream_name": name,
                "consumer_name": consumer["name"],
                "is_consumer_leader": "true",
                "server_name": "drill",
            }
            yield "jetstream_consumer_num_pending", of_consumer, float(consumer["num_pending"])
            yield "jetstream_consumer_num_ack_pending", of_consumer, float(consumer["num_ack_pending"])
