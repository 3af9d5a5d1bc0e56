"""The pipeline's stream with its one consumer, whoever keeps it, and what an exporter shows of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from generator.drill.control import Held

STREAM, CONSUMER = "agent-comms", "jangar-agent-comms"
BATCH = 500
"""The most that the consumer takes at once."""

PATIENCE = 0.5
"""Seconds for which it waits for more than it has got."""

Insert: TypeAlias = Callable[[bytes], None]


class Stream(Protocol):
    """Takes messages and hands each to the consumer until it is acknowledged."""

    @property
    def kind(self) -> str:
        """What it is, for the report."""
        ...

    async def write(self, *bodies: bytes) -> None:
        """Add to the stream."""
        ...

    async def read(self, insert: Insert) -> None:
        """Take a batch for the consumer; each message is acknowledged once it is inserted."""
        ...

    async def held(self) -> list[Held]:
        """The exporter's series of the stream and its consumer, with the documented labels."""
        ...


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
