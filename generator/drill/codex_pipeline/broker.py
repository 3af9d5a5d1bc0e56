"""A nats-server with the pipeline's stream and consumer, and what its monitoring port says about them."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from generator.drill.codex_pipeline.nats import Message, Nats
from generator.drill.codex_pipeline.played import PlayedStream
from generator.drill.codex_pipeline.stream import BATCH, CONSUMER, PATIENCE, STREAM, Insert, Stream, series
from generator.drill.control import Held
from generator.drill.stack.health import until_ready
from generator.drill.stack.ports import LOOPBACK, free_ports
from generator.drill.stack.process import Process

PROGRAM = "nats-server"
MISSING = f"{PROGRAM} is not installed (`apt-get install {PROGRAM}` brings it), so its stream is played"
SUBJECTS, SUBJECT = "argo.workflow.>", "argo.workflow.events"
_WEEK = 7 * 24 * 3600 * 10**9
_TIMEOUT = aiohttp.ClientTimeout(total=5)
_INBOX = "_INBOX.consumer"
_WISH = json.dumps({"batch": BATCH, "expires": int(PATIENCE * 10**9)}).encode()


def is_installed() -> bool:
    """Whether the stream can be a real one."""
    return shutil.which(PROGRAM) is not None


@dataclass(slots=True)
class JetStream:
    """Keeps `Stream` on a running server.

    Attributes:
        version: of the server.
        monitoring: the base URL of the port that is 8222 in production; it serves JSON, no metrics.
        writing: the agents' connection.
        reading: the consumer's.
    """

    version: str
    monitoring: str
    session: aiohttp.ClientSession
    writing: Nats
    reading: Nats
    _inbox: asyncio.Queue[Message] = field(init=False)

    def __post_init__(self) -> None:
        self._inbox = self.reading.subscribe(_INBOX)

    @property
    def kind(self) -> str:
        """For the report."""
        return f"{PROGRAM} {self.version} with JetStream"

    async def write(self, *bodies: bytes) -> None:
        """Publish."""
        for body in bodies:
            self.writing.publish(SUBJECT, body)
        await self.writing.flush()

    async def read(self, insert: Insert) -> None:
        """Pull a batch, until the server says that it is over."""
        self.reading.publish(f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{CONSUMER}", _WISH, _INBOX)
        await self.reading.flush()
        for _ in range(BATCH):
            message = await self._inbox.get()
            if message.status:
                return
            insert(message.body)
            self.reading.publish(message.reply, b"+ACK")

    async def held(self) -> list[Held]:
        """As the server's monitoring port says."""
        return list(series(await _json(self.session, f"{self.monitoring}/jsz?consumers=true&streams=true")))


@asynccontextmanager
async def broker(folder: Path, logs: Path, session: aiohttp.ClientSession) -> AsyncIterator[Stream]:
    """The stream and the consumer, for the length of the block: on a server, where one is installed."""
    if not is_installed():
        yield PlayedStream()
        return
    port, monitoring = free_ports(2)
    command = [PROGRAM, "-a", LOOPBACK, "-p", str(port), "-m", str(monitoring), "-js", "-sd", str(folder)]
    process, url = Process(PROGRAM, command, logs / f"{PROGRAM}.log"), f"http://{LOOPBACK}:{monitoring}"
    try:
        await process.start()
        await until_ready(process, f"{url}/healthz", session)
        async with _connected(port) as writing, _connected(port) as reading:
            await _set_up(writing)
            version = str((await _json(session, f"{url}/varz"))["version"])
            yield JetStream(version, url, session, writing, reading)
    finally:
        await process.stop()


@asynccontextmanager
async def _connected(port: int) -> AsyncIterator[Nats]:
    nats = await Nats.connected(LOOPBACK, port)
    try:
        yield nats
    finally:
        await nats.close()


async def _json(session: aiohttp.ClientSession, url: str) -> Any:  # noqa: ANN401 - whatever the server says
    async with session.get(url, timeout=_TIMEOUT) as answer:
        return await answer.json()


async def _set_up(nats: Nats) -> None:
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
