"""Whether an agent with these settings is fit to serve: everything that is not, at once."""

import asyncio
import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from agent.adapters.lock import is_running
from agent.adapters.painting import is_installed
from agent.adapters.profiles import load as load_profiles
from agent.adapters.profiles.embedded import installed
from agent.adapters.rota import usable_rota
from agent.domain.profile import DEFAULT
from agent.errors import SettingsError
from agent.maintenance.database import database_problem
from agent.maintenance.folders import folder_problem
from agent.settings.model import Paths, Settings


async def check(settings: Settings, *, online: bool = False) -> tuple[str, ...]:
    """Every problem as one line, `what: what is wrong; what to do`; empty when there is none. Changes nothing.

    The settings themselves were checked when they were loaded. `online` also asks Telegram about the token.
    """
    found = [
        *_profiles(settings),
        *_git(),
        *_folders(settings.paths),
        *_files(settings),
        *_rota(settings),
        *_charts(settings),
        *_port(settings),
        await asyncio.to_thread(database_problem, settings.paths.database),
    ]
    if online:
        found.append(await _telegram(settings))
    return tuple(filter(None, found))


def _profiles(settings: Settings) -> Sequence[str]:
    path = settings.paths.profiles
    try:
        profiles = load_profiles(path, settings.limits)
    except SettingsError as error:
        return error.problems
    asked = profiles.values() if path else [profiles[DEFAULT]]  # of those that are embedded, only one has to be there
    return [
        f"profile {each.name}: {each.program} is not installed, or not on PATH; install it or change the profile"
        for each in asked
        if not installed(each.program)
    ]


def _git() -> Iterator[str]:
    if shutil.which("git") is None:
        yield "git: not installed, or not on PATH; install it: every session is a worktree"


def _folders(paths: Paths) -> Iterator[str]:
    yield folder_problem("DATA_DIR", paths.data)
    yield folder_problem("WORKSPACES_ROOT", paths.workspaces)
    yield folder_problem("BACKUP_DIR", paths.backups)
    yield folder_problem("LOG_DIR", paths.logs)
    if not paths.repos.is_dir():
        yield f"REPOS_ROOT: {paths.repos} does not exist; make it and clone repositories into it"


def _files(settings: Settings) -> Iterator[str]:
    catalog = settings.on_call.catalog
    if catalog is not None and not _readable(catalog):
        yield f"RUNBOOK_CATALOG: {catalog} cannot be read; check its path and permissions"


def _rota(settings: Settings) -> Sequence[str]:
    try:
        usable_rota(settings)
    except SettingsError as error:
        return error.problems
    return ()


def _charts(settings: Settings) -> Iterator[str]:
    if settings.charts.prometheus_url and not is_installed():
        yield "PROMETHEUS_URL: charts need matplotlib, which is missing; pip install 'tocsin[charts]', or unset it"


def _readable(path: Path) -> bool:
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False


def _port(settings: Settings) -> Iterator[str]:
    host, port = settings.http.host, settings.http.port
    if port == 0 or is_running(settings.paths.data):  # then the port is ours already
        return
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        yield f"BIND_PORT: {host}:{port} cannot be listened on ({error.strerror}); choose another host or port"


async def _telegram(settings: Settings) -> str:
    from agent.adapters.telegram import TelegramChat, connect  # noqa: PLC0415 - costs half a second, and is rarely asked

    connection = connect(settings.telegram)
    try:
        reason = await TelegramChat(connection.bot).reachable(settings.telegram.ready_timeout_seconds)
    finally:
        await connection.close()
    return f"TELEGRAM_BOT_TOKEN: Telegram does not accept it or does not answer ({reason})" if reason else ""
