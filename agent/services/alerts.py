"""Outgoing alerts: which are kept, which are swallowed, and how each one reaches its receiver in the end."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from agent.domain.alert import SEVERITY, Alert, AlertState, Category, Severity, admitted, delivered, undelivered
from agent.domain.events import AlertSettled
from agent.domain.run import Run
from agent.errors import StoreError
from agent.ports import AlertSink
from agent.services.journal import Journal, Writing

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 20
IDLE_SECONDS: Final = 60.0
_STORE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class HookRules:
    """The documented settings."""

    enabled: bool
    least: Severity = Severity.MEDIUM
    window: timedelta = timedelta(seconds=90)
    retries: int = 2
    dead_letters: int = 200


class Alerts:
    """The way out. An alert is committed with what it is about; delivering it never holds that up."""

    def __init__(self, journal: Journal, sink: AlertSink, rules: HookRules) -> None:
        self._journal = journal
        self._sink = sink
        self._rules = rules
        self.wake = asyncio.Event()

    async def enter(self, writing: Writing, category: Category, run: Run, error_code: str = "") -> None:
        """Keep an alert about a run, or note why it is swallowed. Nothing happens when no hook is configured."""
        if not self._rules.enabled:
            return
        happened = Alert(
            category=category,
            severity=SEVERITY[category],
            run_id=run.id,
            agent_id=run.profile,
            error_code=error_code,
            ts=writing.now,
            next_at=writing.now,
            traceparent=run.traceparent,
            tracestate=run.tracestate,
        )
        last_alike = await writing.records.alerts.newest_like(happened.signature)
        alert = admitted(happened, self._rules.least, last_alike, self._rules.window)
        await writing.records.alerts.add(alert)
        writing.wake(self.wake)
        if alert.state is not AlertState.PENDING:
            await writing.tell(AlertSettled(category, alert.state, run.id, run.traceparent))

    async def deliver_due(self) -> float:
        """Try everything whose time has come; answers how many seconds until there is more to do."""
        async with self._journal.store.reading() as records:
            due = await records.alerts.due(self._journal.clock.now(), _AT_ONCE)
        for alert in due:
            await self._deliver(alert)
        async with self._journal.store.reading() as records:
            soonest = await records.alerts.next_due()
        if soonest is None:
            return IDLE_SECONDS
        return min(max((soonest - self._journal.clock.now()).total_seconds(), 0.0), IDLE_SECONDS)

    async def _send(self, alert: Alert) -> str:
        try:
            return await self._sink.send(alert)
        except Exception:  # noqa: BLE001 - an alert must arrive in the end, bug or no bug
            _log.exception("alert.broken", extra={"alert_id": alert.id})
            return "the sink broke"

    async def _deliver(self, alert: Alert) -> None:
        refusal = await self._send(alert)
        while not await self._keep(alert, refusal):  # it must not be sent again because the disk is full
            await self._journal.clock.sleep(_STORE_SECONDS)

    async def _keep(self, alert: Alert, refusal: str) -> bool:
        try:
            async with self._journal.writing() as writing:
                retries = self._rules.retries
                after = undelivered(alert, refusal, retries, writing.now) if refusal else delivered(alert)
                await writing.records.alerts.save(after)
                await writing.records.alerts.drop_oldest_dead(self._rules.dead_letters)
                if after.state is not alert.state:
                    await writing.tell(AlertSettled(alert.category, after.state, alert.run_id, alert.traceparent))
        except StoreError:
            return False
        return True
