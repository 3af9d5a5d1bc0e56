"""Puts what is said about incidents into the outbox, in every chat where the incident stands."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from agent.domain.events import EventName
from agent.domain.incident import Incident, Presence
from agent.domain.incident_history import Entry, Happening
from agent.domain.outbox import Kind, Message
from agent.domain.rota import Rota
from agent.ports import IncidentPresenter, Records, Words
from agent.services.journal import Writing
from agent.services.messages import Messages

_log = logging.getLogger(__name__)

_ONE, _MANY = "incident", "escalated"
_CAUSE: Final = EventName.INCIDENT_OPENED.value


class Saying:
    """One message per incident and chat, edited in place; a new one only where a phone has to ring.

    `rung` is set when one has.
    """

    def __init__(self, messages: Messages, presenter: IncidentPresenter, rota: Rota) -> None:
        self._messages = messages
        self._presenter = presenter
        self.rota = rota
        self.rung = asyncio.Event()

    def called(self, user: int, name: str = "") -> str:
        """What people call somebody: as said, or by the rota; empty for the agent itself."""
        return name or self.rota.name_of(user) or (f"user {user}" if user > 0 else "")

    async def ring(
        self, writing: Writing, incident: Incident, chats: Iterable[int] = (), *, silent: bool = False
    ) -> Incident:
        """Post the incident anew, in the chats named or wherever it belongs; answers it with where it stands now.

        Chats that are named get theirs in addition: what all the others are owed, they are owed still.
        """
        named = tuple(chats)
        told = named or tuple(dict.fromkeys((*self.rota.chats, *incident.chats)))
        if not told:
            _log.warning("incident.unsaid", extra={"incident_id": incident.id, "reason": "no chat is configured"})
        rung = replace(
            incident,
            presence=incident.presence if named else Presence.SHOWN,
            rings={**incident.rings, **{str(chat): incident.rings.get(str(chat), 0) + 1 for chat in told}},
            rung_at=incident.rung_at if silent else writing.now,
        )
        words = self._presenter.incident(rung, writing.now)
        for chat in told:
            await self._leave_behind(writing, incident, chat)
            await self.say(writing, chat, _key(rung, chat), words, silent=silent, since=incident.updated_at)
        await writing.records.incidents.save(rung)
        if not silent:
            writing.wake(self.rung)
        detail = f"in {', '.join(map(str, told)) or 'no chat'}{', silently' if silent else ''}"
        await writing.records.incidents.note(Entry(rung.id, writing.now, Happening.RANG, detail))
        return rung

    async def refresh(self, writing: Writing, incident: Incident) -> None:
        """Keep the incident, and change its message wherever it stands; no phone rings.

        Where Telegram has refused the message there is nothing to change, and nothing is tried again.
        """
        await writing.records.incidents.save(incident)
        words = self._presenter.incident(incident, writing.now)
        for chat in await self.standing_in(writing.records, incident):
            await self.say(writing, chat, _key(incident, chat), words, silent=True, since=incident.updated_at)

    async def say(  # noqa: PLR0913 - the parts of a message
        self,
        writing: Writing,
        chat: int,
        key: str,
        words: Words,
        *,
        anew: bool = False,
        silent: bool = False,
        since: datetime | None = None,
    ) -> None:
        """Queue words; with `anew` as a message of their own instead of an edit of the last with that key."""
        message = Message(
            chat_id=chat,
            kind=Kind.ALERT,
            key=key,
            text=words.text,
            buttons=words.buttons,
            queued_at=writing.now,
            next_at=writing.now,
            silent=silent,
            cause=_CAUSE if key.startswith("incident:") else "",
            caused_at=since or writing.now,
        )
        await (self._messages.say_anew if anew else self._messages.say)(writing, message)

    async def standing_in(self, records: Records, incident: Incident) -> tuple[int, ...]:
        """The chats that have its newest message, or that will have it as soon as Telegram takes it."""
        return tuple([chat for chat in incident.chats if await is_said(records, chat, _key(incident, chat))])

    async def _leave_behind(self, writing: Writing, incident: Incident, chat: int) -> None:
        """Put a pointer where the message was, so that nobody reads or taps what is out of date."""
        key = _key(incident, chat)
        await self._messages.unsay(writing, chat, key)
        if await is_said(writing.records, chat, key):
            await self.say(writing, chat, key, self._presenter.moved(incident), silent=True)


def _key(incident: Incident, chat: int) -> str:
    """Of the newest message about it in a chat. A ring has a key of its own, so that no edit under way swallows it."""
    return f"{_ONE}:{incident.id}:{incident.rings.get(str(chat), 0)}"


def key_for_many(incidents: Iterable[Incident], now: datetime) -> str:
    """Of a message of its own that tells of several."""
    return f"{_MANY}:{','.join(each.id for each in incidents)}:{now.timestamp():.3f}"


def ids_in(key: str) -> tuple[str, ...]:
    """The incidents that a message with this key rings for; none for any other message."""
    kind, _, rest = key.partition(":")
    return tuple(rest.rpartition(":")[0].split(",")) if kind in {_ONE, _MANY} else ()


async def is_said(records: Records, chat: int, key: str) -> bool:
    """Whether a message with the key is in the chat or still on its way there."""
    return bool(await records.outbox.posted(chat, key) or await records.outbox.waiting_for(chat, key))
