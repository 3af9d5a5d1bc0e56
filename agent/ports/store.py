"""The state: the small aggregates, all of them together, and the store that hands them out.

Everything is reached through a `Records`, for the length of one transaction or one look. `save` expects that the thing
was added before; `get` answers None for what was never added.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from agent.domain.audit import Audited
from agent.domain.breaker import BreakerName, State
from agent.domain.containment import Containment
from agent.domain.keyed import KeyedRequest
from agent.domain.quality import Score
from agent.domain.timeline import Moment
from agent.ports.labour import Approvals, Projects, Runs, Sessions
from agent.ports.talk import Alerts, Inbox, Incidents, Outbox


class Breakers(Protocol):
    """The breakers' states, kept across restarts."""

    async def load(self) -> Mapping[BreakerName, State]:
        """All of them; one that was never saved is closed."""
        ...

    async def save(self, name: BreakerName, state: State) -> None:
        """The breaker's present state."""
        ...


class Timeline(Protocol):
    """What happened in each run."""

    async def append(self, moment: Moment) -> None:
        """Add at the end."""
        ...

    async def of_run(self, run_id: str) -> Sequence[Moment]:
        """All of a run in order."""
        ...

    async def count_recovery(self) -> int:
        """How many recovery events there are over all runs."""
        ...


class AuditTrail(Protocol):
    """Who did what."""

    async def append(self, entry: Audited) -> None:
        """Add at the end; nothing is ever changed or removed before its retention is over."""
        ...

    async def listing(self, limit: int) -> Sequence[Audited]:
        """The newest."""
        ...


class Controls(Protocol):
    """The levers of containment, and other single values."""

    async def containment(self) -> Containment:
        """The levers; their defaults when nobody has pulled one."""
        ...

    async def contain(self, containment: Containment) -> None:
        """Pull them."""
        ...

    async def value(self, key: str) -> str:
        """A single value, or empty."""
        ...

    async def keep(self, key: str, value: str) -> None:
        """Keep a single value."""
        ...


class Scores(Protocol):
    """Judgements of the agents' work."""

    async def add(self, score: Score) -> None:
        """One more."""
        ...

    async def since(self, moment: datetime) -> Sequence[Score]:
        """All from then on, in order."""
        ...


class Keyed(Protocol):
    """Requests with a key of the caller's own."""

    async def add(self, request: KeyedRequest) -> None:
        """One more; caller and key together must be new, and its run must be there."""
        ...

    async def get(self, caller: str, key: str) -> KeyedRequest | None:
        """The request."""
        ...


class Records(Protocol):
    """All aggregates, for the length of one transaction or one look."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def projects(self) -> Projects: ...
    @property
    def approvals(self) -> Approvals: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def incidents(self) -> Incidents: ...
    @property
    def breakers(self) -> Breakers: ...
    @property
    def timeline(self) -> Timeline: ...
    @property
    def audit(self) -> AuditTrail: ...
    @property
    def controls(self) -> Controls: ...
    @property
    def scores(self) -> Scores: ...
    @property
    def keyed(self) -> Keyed: ...

    async def prune(self, before: datetime) -> int:
        """Delete what was settled before then and nobody needs any more; answers how many rows.

        Runs, sessions, approvals and incidents stay; what goes is settled inbox items, sent messages, sent alerts
        and keys of requests.
        """
        ...


class Store(Protocol):
    """The state of the agent. One process writes to it."""

    def transaction(self) -> AbstractAsyncContextManager[Records]:
        """All that is written inside is committed together at the end, or, on any exception, not at all.

        Transactions exclude one another. Cancellation inside rolls back. A `StoreReadOnly` says that the disk refuses,
        a `StoreCorrupt` that the data cannot be trusted. Do not wait for the outside world inside, and do not open a
        second transaction inside: it would wait for ever.
        """
        ...

    def reading(self) -> AbstractAsyncContextManager[Records]:
        """A look at what is committed. It does not wait for writers, works on a full disk, and refuses every write."""
        ...

    async def check_integrity(self) -> str:
        """Empty when the data is sound, otherwise what is wrong with it."""
        ...

    @property
    def refusal(self) -> str:
        """Why the newest write was refused, or empty when the disk took it. Costs nothing."""
        ...

    async def check_writes(self) -> str:
        """Empty when a real write is possible, otherwise why not."""
        ...
