"""Liveness, readiness, and why not: the documented probes, and the checks behind the health gauge."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from agent.errors import StoreError
from agent.ports import Chat, Meter, Store

LOOP_SECONDS: Final = 1.0


class Check(StrEnum):
    """What is checked; the values are those of the metric's label."""

    DATABASE = "database"
    WRITES = "writes"
    TELEGRAM = "telegram"
    REPOS = "repos"
    EVENT_LOOP = "event_loop"


@dataclass(frozen=True, slots=True)
class Findings:
    """For each check why it fails, or nothing."""

    reasons: dict[Check, str] = field(default_factory=lambda: dict.fromkeys(Check, ""))

    def ok(self, check: Check) -> bool:
        """Whether the check passed."""
        return not self.reasons[check]


@dataclass(frozen=True, slots=True)
class Answer:
    """A probe's answer."""

    status: int
    body: dict[str, object]


class Health:
    """Looks when asked; the costly checks are remembered from the last inspection."""

    def __init__(self, store: Store, chat: Chat, meter: Meter, repos: Path, *, telegram_seconds: float) -> None:
        self._store = store
        self._chat = chat
        self._meter = meter
        self._repos = repos
        self._telegram_seconds = telegram_seconds
        self._found = Findings()

    @property
    def findings(self) -> Findings:
        """As last found, but whether writing works as the newest write has shown."""
        return Findings({**self._found.reasons, Check.WRITES: self._store.refusal})

    def live(self) -> Answer:
        """Whether a supervisor should leave us alone."""
        lag = self._meter.loop_lag_seconds()
        if lag > LOOP_SECONDS:
            return Answer(503, {"status": "dead", "reason": f"the event loop was {lag:.1f} s late"})
        return Answer(200, {"status": "alive"})

    async def ready(self) -> Answer:
        """Whether we can serve people; intake of alerts does not depend on it."""
        database, telegram = await asyncio.gather(self._query(), self._chat.reachable(self._telegram_seconds))
        reasons = {"database": database, "telegram": telegram, "repos": self._repos_reason()}
        checks = {name: f"failed: {reason}" if reason else "ok" for name, reason in reasons.items()}
        ready = not any(reasons.values())
        return Answer(200 if ready else 503, {"status": "ready" if ready else "not_ready", "checks": checks})

    async def inspect(self) -> Findings:
        """Run every check, the costly ones included, and remember what was found."""
        lag = self._meter.loop_lag_seconds()
        self._found = Findings(
            {
                Check.DATABASE: await self._query() or await self._store.check_integrity(),
                Check.WRITES: await self._store.check_writes(),
                Check.TELEGRAM: await self._chat.reachable(self._telegram_seconds),
                Check.REPOS: self._repos_reason(),
                Check.EVENT_LOOP: f"{lag:.1f} s late" if lag > LOOP_SECONDS else "",
            }
        )
        return self._found

    async def glance(self) -> Findings:
        """As last found, but whether the database can be read and written as it is now: whoever asks relies on that."""
        now = {Check.DATABASE: await self._query(), Check.WRITES: await self._store.check_writes()}
        if not now[Check.DATABASE]:
            now[Check.DATABASE] = self._found.reasons[Check.DATABASE]  # a query finds less than an inspection
        self._found = Findings({**self._found.reasons, **now})
        return self._found

    async def _query(self) -> str:
        try:
            async with self._store.reading() as records:
                await records.controls.value("probe")
        except StoreError as error:
            return str(error)
        return ""

    def _repos_reason(self) -> str:
        return "" if self._repos.is_dir() else f"{self._repos} does not exist"
