"""The services of one life of the agent, built in the order in which they need one another."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from agent.adapters.audit_log import AuditLog
from agent.adapters.http import EventStream
from agent.adapters.run_log import RunLog
from agent.adapters.run_memory import RunMemory
from agent.adapters.telegram import TelegramPresenter
from agent.app.world import World
from agent.domain.alert import Severity
from agent.domain.roles import Deed, Role, may
from agent.metrics import Metrics
from agent.services.alerts import Alerts, HookRules
from agent.services.approvals import Approvals, Terms
from agent.services.breakers import Breakers
from agent.services.containing import Admins, Containing
from agent.services.endings import Endings
from agent.services.git_guard import GitGuard
from agent.services.health import Health
from agent.services.held_up import HeldUp
from agent.services.journal import Broadcast, Journal
from agent.services.messages import Messages
from agent.services.projects import Projects
from agent.services.recovery import Recovery
from agent.services.runs import Capacity, Runs
from agent.services.sessions import Sessions
from agent.services.snapshot import Snapshots
from agent.services.unasked import Unasked
from agent.services.upkeep import AdminNotes, Upkeep
from agent.services.voice import Voice
from agent.services.work import Work
from agent.settings.model import AlertHook, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Everything that an adapter which takes wishes may ask for.

    Attributes:
        is_tidy: set when what earlier lives have left is cleared up; before, nothing is sent and nothing is started.
    """

    settings: Settings
    world: World
    life: str
    is_tidy: asyncio.Event
    memory: RunMemory
    journal: Journal
    metrics: Metrics
    stream: EventStream
    breakers: Breakers
    messages: Messages
    alerts: Alerts
    approvals: Approvals
    work: Work
    runs: Runs
    recovery: Recovery
    sessions: Sessions
    projects: Projects
    containing: Containing
    health: Health
    snapshots: Snapshots
    upkeep: Upkeep
    admin_notes: AdminNotes
    held_up: HeldUp

    @classmethod
    def built(cls, settings: Settings, world: World) -> Self:
        """Nothing is started and nothing is read yet."""
        life = world.ids.run()
        metrics, stream = Metrics.fresh(started_at=world.clock.now()), EventStream(world.clock)
        memory = RunMemory()
        audit = AuditLog(memory)
        broadcast = Broadcast(metrics, audit, RunLog(memory), stream)
        journal = Journal(world.store, world.clock, broadcast, audit.note)
        breakers, presenter = Breakers(journal), TelegramPresenter()
        messages = Messages(journal, world.chat, breakers, limit=settings.limits.outbox)
        voice = Voice(messages, presenter, approvers_chat=settings.telegram.admin_chat, approvers=_approvers(settings))
        alerts = Alerts(journal, world.sink, hook_rules(settings.alert_hook))
        endings = Endings(alerts, voice)
        approvals = Approvals(journal, world.ids, endings, voice, alerts, breakers, _terms(settings))
        unasked = Unasked(world.let_through)
        work = Work(journal, world.runner, breakers, approvals, endings, voice, alerts, unasked, world.log_of)
        runs = Runs(
            journal, world.ids, life, world.profiles, _capacity(settings), breakers, approvals, endings, voice, work
        )
        guard = GitGuard(breakers)
        health = Health(
            world.store,
            world.chat,
            world.meter,
            settings.paths.repos,
            telegram_seconds=settings.telegram.ready_timeout_seconds,
        )
        admin_notes = AdminNotes(journal, messages, presenter, settings.telegram.admin_chat)
        broadcast.add(admin_notes)
        return cls(
            settings=settings,
            world=world,
            life=life,
            is_tidy=asyncio.Event(),
            memory=memory,
            journal=journal,
            metrics=metrics,
            stream=stream,
            breakers=breakers,
            messages=messages,
            alerts=alerts,
            approvals=approvals,
            work=work,
            runs=runs,
            recovery=Recovery(journal, world.runner, endings, runs, unasked),
            sessions=Sessions(journal, world.worktrees, endings, guard),
            projects=Projects(journal, world.worktrees, guard),
            containing=Containing(Admins(messages, presenter, settings.telegram.admin_chat)),
            health=health,
            snapshots=Snapshots(
                journal,
                breakers=breakers,
                health=health,
                backups=world.backups,
                meter=world.meter,
                organization=settings.limits.organization,
                hook_enabled=settings.alert_hook.enabled,
            ),
            upkeep=Upkeep(journal, world.backups, backup_every=timedelta(hours=settings.limits.backup_hours)),
            admin_notes=admin_notes,
            held_up=HeldUp(journal, messages, presenter, breakers),
        )


def hook_rules(hook: AlertHook) -> HookRules:
    """The settings of the outgoing webhook as the service reads them."""
    return HookRules(
        enabled=hook.enabled,
        least=Severity(hook.min_severity),
        window=timedelta(seconds=hook.dedup_window_seconds),
        retries=hook.retry_count,
        dead_letters=hook.dead_letter_max,
    )


def _approvers(settings: Settings) -> frozenset[int]:
    """Who may answer a question; a person's private chat has the number of the person."""
    return frozenset(user for user, role in settings.telegram.users.items() if may(Role(role), Deed.DECIDE))


def _terms(settings: Settings) -> Terms:
    return Terms(settings.limits.organization, timedelta(seconds=settings.limits.approval_ttl_seconds))


def _capacity(settings: Settings) -> Capacity:
    limits = settings.limits
    return Capacity(limits.max_concurrent_runs, timedelta(seconds=3 * limits.heartbeat_seconds))
