"""The outside of one life of the agent: every adapter that the services lean on, opened and closed together."""

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from agent.adapters.clock import SystemClock
from agent.adapters.git import GitWorktrees
from agent.adapters.ids import SystemIds
from agent.adapters.meter import MachineMeter
from agent.adapters.profiles import load as load_profiles
from agent.adapters.profiles import sandbox_profiles
from agent.adapters.runner import CliRunner, Hooks, NotedByHook
from agent.adapters.sqlite import SqliteBackups, SqliteStore
from agent.adapters.telegram import Connection, TelegramChat, connect
from agent.adapters.webhook import WebhookSink
from agent.domain.profile import Profile
from agent.hook import command as hook_command
from agent.hook import notes_of
from agent.logs import Redaction
from agent.settings.model import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Adapters, each keeping one port."""

    clock: SystemClock
    ids: SystemIds
    store: SqliteStore
    connection: Connection
    chat: TelegramChat
    runner: CliRunner
    let_through: NotedByHook
    sink: WebhookSink
    worktrees: GitWorktrees
    backups: SqliteBackups
    meter: MachineMeter
    profiles: Mapping[str, Profile]
    log_of: Callable[[str], Path]


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[World]:
    """The world as the settings describe it. `StoreError` and `SettingsError` say what keeps it shut."""
    paths, clock = settings.paths, SystemClock()
    redact = Redaction(secret.reveal() for secret in settings.secrets)
    simulated = settings.sandbox and paths.profiles is None
    profiles = sandbox_profiles(settings.limits) if simulated else load_profiles(paths.profiles, settings.limits)
    hook = settings.alert_hook
    async with SqliteStore.opened(paths.database) as store:
        connection = connect(settings.telegram)
        sink = WebhookSink(hook.url, hook.secret, hook.timeout_seconds)
        try:
            yield World(
                clock=clock,
                ids=SystemIds(),
                store=store,
                connection=connection,
                chat=TelegramChat(connection.bot),
                runner=CliRunner(
                    os.environ,
                    redact,
                    kill_grace_seconds=settings.limits.kill_grace_seconds,
                    hooks=Hooks(hook_command(paths.database), hook_command(paths.database, asks=False)),
                ),
                let_through=NotedByHook(partial(notes_of, paths.database)),
                sink=sink,
                worktrees=GitWorktrees(paths.repos, paths.workspaces, clock, redact=redact),
                backups=SqliteBackups(
                    paths.database, paths.backups, keep_days=settings.limits.backup_days, clock=clock
                ),
                meter=MachineMeter(paths.job_logs),
                profiles=profiles,
                log_of=lambda run_id: paths.job_logs / f"{run_id}.log",
            )
        finally:
            await sink.close()
            await connection.close()
