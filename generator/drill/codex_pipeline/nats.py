"""As much of the NATS protocol as a stream and a pull consumer need.

Source: https://docs.nats.io/reference/reference-protocols/nats-protocol and
https://docs.nats.io/reference/reference-protocols/nats_api_reference
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from generator.errors import TocsinError

_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Message:
    """What arrives.

    Attributes:
        reply: where an answer, such as an acknowledgement, goes; empty when none is wanted.
        status: of a message of the server itself, such as 404 for "no messages"; 0 for anything else.
    """

    subject: str
    reply: str
    body: bytes
    status: int = 0


class Nats:
    """One connection. Everything that arrives goes to the queue of its subscription.

    Args:
        reader: the connection's incoming half.
        writer: its outgoing half.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._queues: dict[str, asyncio.Queue[Message]] = {}
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def connected(cls, host: str, port: int) -> Self:
        """A connection that has shaken hands."""
        reader, writer = await asyncio.open_connection(host, port)
        await reader.readline()  # INFO: nothing in it decides anything here
        options = {"verbose": False, "pedantic": False, "headers": True, "lang": "python", "version": "1"}
        writer.write(b"CONNECT " + json.dumps(options).encode() + b"\r\n")
        return cls(reader, writer)

    async def close(self) -> None:
        """End the connection."""
        self._listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listening
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    def publish(self, subject: str, body: bytes, reply: str = "") -> None:
        """Send, without waiting for anything."""
        head = f"PUB {subject} {reply} {len(body)}\r\n" if reply else f"PUB {subject} {len(body)}\r\n"
        self._writer.write(head.encode() + body + b"\r\n")

    async def flush(self) -> None:
        """Wait until the connection takes more."""
        await self._writer.drain()

    def subscribe(self, subject: str) -> asyncio.Queue[Message]:
        """Everything that is sent to a subject from now on."""
        number = str(len(self._queues) + 1)
        self._writer.write(f"SUB {subject} {number}\r\n".encode())
        return self._queues.setdefault(number, asyncio.Queue())

    async def api(self, subject: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        """Ask JetStream for something.

        Raises:
            TocsinError: with what it says when it refuses, and when it does not answer.
        """
        inbox = f"_INBOX.{secrets.token_hex(8)}"
        queue = self.subscribe(inbox)
        self.publish(f"$JS.API.{subject}", json.dumps(body).encode(), inbox)
        try:
            answer = json.loads((await asyncio.wait_for(queue.get(), _PATIENCE)).body)
        except TimeoutError:
            raise TocsinError(f"nats-server does not answer {subject}; is JetStream on?") from None
        if "error" in answer:
            raise TocsinError(f"nats-server refuses {subject}: {answer['error'].get('description')}")
        return dict(answer)

    async def _listen(self) -> None:
        while line := await self._reader.readline():
            words = line.decode().split()
            match words[:1]:
                case ["PING"]:
                    self._writer.write(b"PONG\r\n")
                case ["MSG"]:
                    await self._take(words[1], words[2], words[3:-1], 0, int(words[-1]))
                case ["HMSG"]:
                    await self._take(words[1], words[2], words[3:-2], int(words[-2]), int(words[-1]))

    async def _take(self, subject: str, number: str, reply: list[str], head: int, size: int) -> None:
        content = await self._reader.readexactly(size + 2)
        headers, body = content[:head].decode(), content[head:-2]
        words = headers.split(None, 2)
        status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        self._queues[number].put_nowait(Message(subject, reply[0] if reply else "", body, status))
