"""Rebuilds projects and sessions from repositories and worktrees, when there is no backup."""

from pathlib import Path

from agent.adapters.clock import SystemClock
from agent.adapters.git import GitWorktrees
from agent.adapters.lock import held
from agent.adapters.sqlite import SqliteStore
from agent.adapters.sqlite.restore import put_aside
from agent.errors import SettingsError, StoreCorrupt
from agent.services.journal import Broadcast, Journal
from agent.services.reconstruction import Rebuilt, Reconstruction
from agent.settings.model import Settings


async def reconstruct(settings: Settings) -> str:
    """Register every repository and open a session for every worktree; what the database knows stays as it is.

    A damaged database is put aside first. The history of jobs is lost with it.

    Raises:
        AlreadyRunning: while an agent runs on the data directory.
        SettingsError: when it is not said to which chat the sessions belong.
        WorktreeError: when git cannot read a repository.
    """
    chat_id, owner_id = _owner(settings)
    paths, clock = settings.paths, SystemClock()
    with held(paths.data):
        aside = await _put_aside_if_damaged(paths.database)
        async with SqliteStore.opened(paths.database) as store:
            journal = Journal(store, clock, Broadcast())
            worktrees = GitWorktrees(paths.repos, paths.workspaces, clock)
            rebuilt = await Reconstruction(journal, worktrees, chat_id=chat_id, owner_id=owner_id).run()
    return "\n".join((*(f"Put aside: {path}" for path in aside), _told(rebuilt, settings)))


async def _put_aside_if_damaged(database: Path) -> tuple[Path, ...]:
    try:
        async with SqliteStore.opened(database) as store:
            damage = await store.check_integrity()
    except StoreCorrupt as error:
        damage = str(error)
    return put_aside(database) if damage else ()


def _owner(settings: Settings) -> tuple[int, int]:
    chat = settings.telegram.admin_chat
    admins = [user for user, role in settings.telegram.users.items() if role == "admin"]
    problems = []
    if chat is None:
        problems.append("TELEGRAM_ADMIN_CHAT_ID: missing; rebuilt sessions belong to a chat, so give its number")
    if not admins:
        problems.append("TELEGRAM_USERS: has no admin; rebuilt sessions belong to one, so list one as ID:admin")
    if chat is None or problems:
        raise SettingsError(problems)
    return chat, admins[0]


def _told(rebuilt: Rebuilt, settings: Settings) -> str:
    return (
        f"Rebuilt from {settings.paths.repos} and {settings.paths.workspaces}: {rebuilt.projects} projects and"
        f" {rebuilt.sessions} sessions that the database did not know. The history of jobs is not on disk."
    )
