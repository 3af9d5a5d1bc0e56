"""The stream that is played where no nats-server is installed: what waits is counted, what is read is gone."""

from generator.drill.codex_pipeline.played import PlayedStream
from generator.drill.codex_pipeline.stream import BATCH

PENDING = "jetstream_consumer_num_pending"


async def shown(stream: PlayedStream) -> dict[str, float]:
    return {name: value for name, _, value in await stream.held()}


async def test_what_is_written_waits_until_it_is_read() -> None:
    stream, inserted = PlayedStream(), list[bytes]()
    await stream.write(*[b"12345"] * (BATCH + 3))
    waiting = await shown(stream)
    await stream.read(inserted.append)
    left = await shown(stream)

    assert (waiting[PENDING], left[PENDING], len(inserted)) == (BATCH + 3, 3, BATCH)
    assert left["jetstream_stream_last_seq"] == left["jetstream_stream_total_messages"] == BATCH + 3
    assert left["jetstream_stream_total_bytes"] == 5 * (BATCH + 3)


async def test_it_shows_every_series_that_a_server_shows() -> None:
    labels = {name: dict(labels) for name, labels, _ in await PlayedStream().held()}

    assert labels.keys() == {
        "jetstream_stream_last_seq",
        "jetstream_stream_total_messages",
        "jetstream_stream_total_bytes",
        "jetstream_consumer_num_pending",
        "jetstream_consumer_num_ack_pending",
    }
    assert labels[PENDING]["consumer_name"] == "jangar-agent-comms"


async def test_it_says_that_it_is_not_real() -> None:
    assert "NOT a real one" in PlayedStream().kind
