"""A git directory of our own beside a worktree: it sees the files and the history, and obeys nobody's settings.

An agent may have left anything in the repository's configuration, the user's, and in `.gitattributes`: filters, text
converters, diff drivers, monitors and hooks are all commands that a plain `git diff` would run. Here the configuration
is our own, which names none. What is staged comes from a copy of the index, so that what is unchanged need not be read
again, as content of large files that a filter keeps elsewhere could not be. Its marks by which git is told to look away
from a file count for nothing; only files that a sparse checkout has left out are taken for unchanged.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from agent.adapters.git.process import Git

_BIGGEST_TEXT: Final = "4m"
"""Larger files count as binary: they are named, and not read line by line."""

_CONFIG: Final = """\
[core]
    repositoryFormatVersion = 1
    bare = false
    bigFileThreshold = {biggest}
    sparseCheckout = true
[extensions]
    objectFormat = {kind}
"""


@asynccontextmanager
async def overlooked(git: Git, repository: Path, workspace: Path, fork: str) -> AsyncIterator[tuple[Git, Path]]:
    """A git that looks at the worktree through a directory of our own, and that directory; it is gone afterwards."""
    common, kind = (await git.tell(repository, "rev-parse", "--git-common-dir", "--show-object-format")).splitlines()
    index = workspace / (await git.tell(workspace, "rev-parse", "--git-path", "index")).rstrip("\n")
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="tocsin-git-"))
    try:
        await asyncio.to_thread(_furnish, folder, repository / common, index, kind)
        own = git.surrounded(GIT_DIR=str(folder), GIT_WORK_TREE=str(workspace), **_DEAF)
        if not (folder / "index").exists() or (await own.ask(workspace, *_REFRESH)).exit_code not in _REFRESHED:
            (folder / "index").unlink(missing_ok=True)  # damaged, or in parts that were not copied
            await own.tell(workspace, "read-tree", fork)
        yield own, folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


_REFRESH: Final = ("update-index", "-q", "--really-refresh")
"""Looks at every file, also at those that git was told to take for unchanged."""

_REFRESHED: Final = (0, 1)
"""What git answers when nothing, or something, has changed."""

_DEAF: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}


def _furnish(folder: Path, common: Path, index: Path, kind: str) -> None:
    (folder / "objects" / "info").mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "info").mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/nowhere\n")
    (folder / "config").write_text(_CONFIG.format(biggest=_BIGGEST_TEXT, kind=kind))
    (folder / "objects" / "info" / "alternates").write_text(f"{(common / 'objects').resolve()}\n")
    for source, target in ((index, folder / "index"), (common / "info" / "exclude", folder / "info" / "exclude")):
        if source.is_file():
            shutil.copy2(source, target)  # with its time: git tells by it what may have changed since
