"""What comes in and what goes out, as the store keeps it: inbox, outbox, alerts and incidents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from agent.domain.alert import Alert, AlertState
from agent.domain.inbox import Item, Source
from agent.domain.incident import Incident, IncidentSeverity, Presence
from agent.domain.incident_action import Action, ActionState
from agent.domain.incident_history import Entry
from agent.domain.outbox import Kind, Message


class Inbox(Protocol):
    """What came in. An item is accepted once, whatever its source repeats."""

    async def accept(self, source: Source, key: str, body: str, now: datetime) -> bool:
        """Keep it; False when this key was accepted before, in which case nothing changes."""
        ...

    async def waiting(self, source: Source, limit: int) -> Sequence[Item]:
        """The oldest that have not been dealt with, in the order of arrival."""
        ...

    async def tried(self, item_id: int) -> None:
        """Count an attempt, committed before the attempt so that an item which kills the agent is found out."""
        ...

    async def done(self, item_id: int) -> None:
        """It has been dealt with; belongs into the same transaction as its effects."""
        ...

    async def failed(self, item_id: int, detail: str) -> None:
        """It cannot be dealt with; it is kept and never waits again."""
        ...


class Outbox(Protocol):
    """What is to be said. Ids grow in the order of arrival."""

    async def add(self, message: Message) -> Message:
        """Queue it and answer it with its id. The rules of `domain.outbox` are the caller's to apply."""
        ...

    async def save(self, message: Message) -> None:
        """Keep the message's present state. One that was sent under a key is what later ones with that key edit."""
        ...

    async def get(self, message_id: int) -> Message | None:
        """The message, in any state."""
        ...

    async def waiting_for(self, chat_id: int, key: str) -> Message | None:
        """The newest unsent message with the key in the chat."""
        ...

    async def posted(self, chat_id: int, key: str) -> int:
        """Telegram's number of the message that carries the key, or 0."""
        ...

    async def key_of(self, chat_id: int, telegram_id: int) -> str:
        """The key of the message that Telegram knows by a number, or empty: what a reply is about."""
        ...

    async def forget(self, chat_id: int, key: str) -> None:
        """The next message with the key is a new one, as for a final answer that has to make the phone ring."""
        ...

    async def heads(self) -> Sequence[Message]:
        """For each chat with unsent messages the one that leaves next, by `domain.outbox.head`."""
        ...

    async def unsent(self) -> Sequence[Message]:
        """All that wait or are being sent, by id."""
        ...

    async def unsent_by_kind(self) -> Mapping[Kind, int]:
        """How many wait or are being sent; every kind has an entry."""
        ...

    async def oldest_unsent_at(self) -> datetime | None:
        """When the oldest of them was queued."""
        ...

    async def dead(self, limit: int) -> Sequence[Message]:
        """The newest that Telegram refused for good."""
        ...


class Alerts(Protocol):
    """Outgoing alerts."""

    async def add(self, alert: Alert) -> Alert:
        """Keep it and answer it with its id."""
        ...

    async def save(self, alert: Alert) -> None:
        """The alert's present state."""
        ...

    async def newest_like(self, signature: str) -> datetime | None:
        """When the newest alert with the signature happened that was sent or still waits."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[Alert]:
        """Those whose time for an attempt has come, pending ones before dead letters, the oldest first."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next attempt is due, or None when nothing waits."""
        ...

    async def count_by_state(self) -> Mapping[AlertState, int]:
        """How many there are; every state has an entry."""
        ...

    async def drop_oldest_dead(self, keep: int) -> int:
        """Delete the oldest dead letters beyond so many; answers how many."""
        ...


class Incidents(Protocol):
    """Alertmanager groups."""

    async def add(self, incident: Incident) -> None:
        """A new incident; its id must be new."""
        ...

    async def save(self, incident: Incident) -> None:
        """The incident's present state."""
        ...

    async def get(self, incident_id: str) -> Incident | None:
        """The incident."""
        ...

    async def open_of_group(self, group_key: str, group_hash: str) -> Incident | None:
        """The open incident of the group, found by its key or else by its hash."""
        ...

    async def latest_of_group(self, group_key: str, group_hash: str) -> Incident | None:
        """The newest incident of the group, resolved or not, found by its key or else by its hash."""
        ...

    async def open(self) -> Sequence[Incident]:
        """All that still fire, the oldest first."""
        ...

    async def recovering(self) -> Sequence[Incident]:
        """All that have resolved and whose exit criteria were not met yet, the oldest first."""
        ...

    async def resolved_since(self, moment: datetime) -> Sequence[Incident]:
        """All that resolved then or later, the oldest first."""
        ...

    async def in_presence(self, presence: Presence) -> Sequence[Incident]:
        """All that stand like this in the chat, the oldest first; meant for `HELD` and `FOLDED`."""
        ...

    async def rung_since(self, moment: datetime) -> int:
        """How many made a phone ring then or later."""
        ...

    async def listing(self, limit: int) -> Sequence[Incident]:
        """The newest."""
        ...

    async def open_by_severity(self) -> Mapping[IncidentSeverity, int]:
        """How many fire; every severity has an entry."""
        ...

    async def unattended_by_severity(self, now: datetime) -> Mapping[IncidentSeverity, int]:
        """How many fire that nobody has and nobody has silenced; every severity has an entry.

        The alert `UNCLAIMED` is none of them: it is fed by this number, and would hold itself up.
        """
        ...

    async def note(self, entry: Entry) -> None:
        """One more line of an incident's history."""
        ...

    async def history(self, incident_id: str) -> Sequence[Entry]:
        """All of it, in order."""
        ...

    async def add_action(self, action: Action) -> None:
        """A new call; its id must be new."""
        ...

    async def save_action(self, action: Action) -> None:
        """The call's present state."""
        ...

    async def action(self, action_id: str) -> Action | None:
        """The call."""
        ...

    async def actions_in(self, *states: ActionState) -> Sequence[Action]:
        """Those in one of the states, the oldest first."""
        ...
