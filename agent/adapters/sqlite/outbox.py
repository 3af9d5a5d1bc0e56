"""Messages to be said, in SQLite."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

import aiosqlite

from agent.adapters.sqlite.rows import Codec, Table, moment_from, pairs, scalar
from agent.domain.outbox import Button, Buttons, Kind, Message, MessageState

_UNSENT = "state IN ('waiting', 'sending')"


def _write(buttons: Buttons) -> str:
    return json.dumps([[asdict(button) for button in row] for row in buttons])


def _read(text: str) -> Buttons:
    return tuple(tuple(Button(**button) for button in row) for row in json.loads(text))


_MESSAGES = Table(
    Message,
    "outbox",
    special={"buttons": Codec(_write, _read)},
    extra={"urgency": lambda message: message.urgency},
)


class SqliteOutbox:
    """Keeps `ports.Outbox`."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def add(self, message: Message) -> Message:
        return replace(message, id=await _MESSAGES.insert(self._db, message, without_key=True))

    async def save(self, message: Message) -> None:
        await _MESSAGES.update(self._db, message)
        if message.key and message.telegram_id and message.state is MessageState.SENT:
            await self._db.execute(
                "INSERT INTO posts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET telegram_id = excluded.telegram_id",
                (message.chat_id, message.key, message.telegram_id),
            )

    async def get(self, message_id: int) -> Message | None:
        return await _MESSAGES.one(self._db, "WHERE id = ?", (message_id,))

    async def waiting_for(self, chat_id: int, key: str) -> Message | None:
        tail = f"WHERE chat_id = ? AND key = ? AND {_UNSENT} ORDER BY id DESC"
        return await _MESSAGES.one(self._db, tail, (chat_id, key))

    async def posted(self, chat_id: int, key: str) -> int:
        found = await scalar(self._db, "SELECT telegram_id FROM posts WHERE chat_id = ? AND key = ?", (chat_id, key))
        return int(found or 0)

    async def key_of(self, chat_id: int, telegram_id: int) -> str:
        sql = "SELECT key FROM posts WHERE chat_id = ? AND telegram_id = ?"
        return str(await scalar(self._db, sql, (chat_id, telegram_id)) or "")

    async def forget(self, chat_id: int, key: str) -> None:
        await self._db.execute("DELETE FROM posts WHERE chat_id = ? AND key = ?", (chat_id, key))

    async def heads(self) -> Sequence[Message]:
        ordered = f"SELECT chat_id AS chat, min(urgency * 1000000000000 + id) AS turn FROM outbox WHERE {_UNSENT}"  # noqa: S608
        tail = f"WHERE id IN (SELECT turn % 1000000000000 FROM ({ordered} GROUP BY chat_id)) ORDER BY id"  # noqa: S608
        return await _MESSAGES.select(self._db, tail)

    async def unsent(self) -> Sequence[Message]:
        return await _MESSAGES.select(self._db, f"WHERE {_UNSENT} ORDER BY id")

    async def unsent_by_kind(self) -> Mapping[Kind, int]:
        found = await pairs(self._db, f"SELECT kind, count(*) FROM outbox WHERE {_UNSENT} GROUP BY kind")  # noqa: S608
        return {kind: found.get(kind, 0) for kind in Kind}

    async def oldest_unsent_at(self) -> datetime | None:
        found = await scalar(self._db, f"SELECT min(queued_at) FROM outbox WHERE {_UNSENT}")  # noqa: S608
        return moment_from(found) if found else None

    async def dead(self, limit: int) -> Sequence[Message]:
        return await _MESSAGES.select(self._db, "WHERE state = 'dead' ORDER BY id DESC LIMIT ?", (limit,))
