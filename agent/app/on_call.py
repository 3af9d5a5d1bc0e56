"""The on-call loop as the settings describe it: its services, its commands in the chat, and what has to be closed."""

import logging
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from agent.adapters.actions import HttpActionRunner
from agent.adapters.alertmanager import Alertmanager, NoAlertmanager, read_notice
from agent.adapters.catalog import read_catalogue
from agent.adapters.json_api import Access
from agent.adapters.painting import MISSING, MatplotlibPainter, is_installed
from agent.adapters.prometheus import NoPrometheus, Prometheus
from agent.adapters.rota import usable_rota
from agent.adapters.telegram.dispatch.on_call import OnCallCommands
from agent.adapters.telegram.render.incidents import TelegramIncidents
from agent.domain.incident import IncidentSeverity
from agent.domain.incident_watch import NEVER
from agent.logs import Redaction
from agent.ports import Clock, History, Ids
from agent.services.incidents.charts import Charting
from agent.services.incidents.loop import OnCallLoop, Rules, World
from agent.services.incidents.timeline import timeline
from agent.services.journal import Journal
from agent.services.messages import Messages
from agent.services.upkeep import every, when_woken
from agent.settings import Secret, Settings

_log = logging.getLogger(__name__)

_WRITERS: Final = frozenset({"admin:*", "api:write"})


@dataclass(frozen=True, slots=True)
class OnCall:
    """The loop and its commands."""

    loop: OnCallLoop
    commands: OnCallCommands
    journal: Journal

    async def timeline(self, incident_id: str) -> str:
        """For the API. Raises `NotFound`."""
        async with self.journal.store.reading() as records:
            return await timeline(records, incident_id)

    def rhythms(self, clock: Clock) -> Iterator[Coroutine[Any, Any, None]]:
        """Everything that goes on by itself."""
        yield when_woken(clock, self.loop.intake.wake, self.loop.intake.turn)
        yield when_woken(clock, self.loop.actions.wake, self.loop.actions.turn)
        yield when_woken(clock, self.loop.saying.rung, self.loop.charts.turn)
        for seconds, turn in self.loop.rhythms():
            yield every(clock, seconds, turn)


@asynccontextmanager
async def outside(settings: Settings, ids: Ids) -> AsyncIterator[World]:
    """The adapters, closed at the end. Raises `SettingsError` for a rota that cannot be used."""
    on_call = settings.on_call
    rota = usable_rota(settings)
    catalogue = read_catalogue(on_call.catalog)
    redact = Redaction(secret.reveal() for secret in settings.secrets)
    runner = HttpActionRunner(
        _own_address(settings),
        _own_key(settings),
        on_call.action_hosts,
        timeout_seconds=on_call.action_timeout_seconds,
        redact=redact,
    )
    silencer = Alertmanager(_alertmanager(settings)) if on_call.alertmanager_url else NoAlertmanager()
    history = _history(settings)
    presenter = TelegramIncidents(catalogue, with_charts=history.is_configured)
    try:
        yield World(
            ids=ids,
            read=read_notice,
            presenter=presenter,
            silencer=silencer,
            runner=runner,
            rota=rota,
            catalogue=catalogue,
            charting=_charting(settings, history),
            own_values={} if on_call.action_base_url else {"organization_id": settings.limits.organization},
        )
    finally:
        await runner.close()
        await history.close()
        await silencer.close()


def built(settings: Settings, world: World, journal: Journal, messages: Messages) -> OnCall:
    """Nothing is started yet; at boot, `loop.actions.recover()` comes before the rhythms."""
    loop = OnCallLoop.built(journal, messages, world, _rules(settings))
    commands = OnCallCommands(
        journal=journal,
        rota=world.rota,
        catalogue=world.catalogue,
        acks=loop.acks,
        silences=loop.silences,
        storms=loop.storms,
        actions=loop.actions,
        spool=settings.paths.data / "spool",
        charts=loop.charts,
    )
    return OnCall(loop, commands, journal)


def _rules(settings: Settings) -> Rules:
    on_call = settings.on_call
    return Rules(
        lapse={
            IncidentSeverity.CRITICAL: timedelta(seconds=on_call.ack_lapse_critical_seconds),
            IncidentSeverity.WARNING: timedelta(seconds=on_call.ack_lapse_warning_seconds),
        },
        storm_groups=on_call.storm_groups,
        heartbeat=timedelta(seconds=on_call.watchdog_seconds) if on_call.watchdog_seconds else NEVER,
        heartbeat_expected=bool(on_call.alertmanager_url),
        exit_after=timedelta(seconds=on_call.exit_seconds),
        admin_chat=settings.telegram.admin_chat,
    )


def _charting(settings: Settings, history: History) -> Charting:
    data = settings.paths.data
    return Charting(
        history=history,
        painter=MatplotlibPainter(data / "matplotlib"),
        length=timedelta(hours=settings.charts.hours),
        spool=data / "spool",
    )


def _history(settings: Settings) -> Prometheus | NoPrometheus:
    if not settings.charts.prometheus_url:
        return NoPrometheus()
    if is_installed():
        return Prometheus(_prometheus(settings))
    _log.warning("charts.missing", extra={"reason": MISSING})
    return NoPrometheus(MISSING)


def _prometheus(settings: Settings) -> Access:
    found = settings.charts
    return Access(
        found.prometheus_url,
        found.prometheus_token,
        found.prometheus_user,
        found.prometheus_password,
        found.prometheus_timeout_seconds,
        found.prometheus_tenant,
    )


def _alertmanager(settings: Settings) -> Access:
    found = settings.on_call
    return Access(
        found.alertmanager_url,
        found.alertmanager_token,
        found.alertmanager_user,
        found.alertmanager_password,
        found.alertmanager_timeout_seconds,
    )


def _own_address(settings: Settings) -> str:
    """Where steps without a host go. A port of 0 is chosen late, so then it has to be configured."""
    port = settings.http.port
    return settings.on_call.action_base_url or (f"http://127.0.0.1:{port}" if port else "")


def _own_key(settings: Settings) -> Secret:
    """The configured key, or one of the agent's own that may write, when steps go to the agent itself."""
    found = settings.on_call
    if found.action_key or found.action_base_url:
        return found.action_key
    return next((each.key for each in settings.http.keys if each.scopes & _WRITERS), Secret(""))
