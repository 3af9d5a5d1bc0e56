"""A worktree per session, below one folder; the repositories lie below another."""

import asyncio
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from agent.adapters.git.changes import changes_since, without_secrets
from agent.adapters.git.listing import Listed, read_listing
from agent.adapters.git.process import REFUSED, Git
from agent.domain.changes import Changes
from agent.domain.session import Project
from agent.errors import WorktreeError
from agent.ports import Clock, Found

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_FALLBACK_BRANCH: Final = "main"
LOOK_SECONDS: Final = 60.0
"""For all that a look at the changes asks of git, one question after the other."""


class GitWorktrees:
    """Keeps `ports.Worktrees`. A session's worktree is `<workspaces>/<project>/<session>`."""

    def __init__(
        self,
        repos: Path,
        workspaces: Path,
        clock: Clock,
        git: Git | None = None,
        redact: Callable[[str], str] = str,
    ) -> None:
        """`redact` takes the secrets out of what is shown of files."""
        self._repos = repos
        self._workspaces = workspaces.resolve()
        self._clock = clock
        self._git = git or Git(timeout_seconds=60)
        self._redact = redact
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def add(self, project: Project, session_id: str, branch: str) -> Path:
        _require(_NAME.fullmatch(project.id), f"{project.id!r} cannot be the name of a folder.")
        _require(_NAME.fullmatch(session_id), f"{session_id!r} cannot be the name of a folder.")
        path, repository = self._workspaces / project.id / session_id, _repository(project)
        async with self._turns[project.path]:
            await self._git.tell(repository, "worktree", "prune")
            if any((each.path, each.branch) == (path, branch) for each in await self._listed(repository)):
                return path  # made in an earlier life that died before it could say so
            path.parent.mkdir(parents=True, exist_ok=True)
            await self._git.tell(repository, "worktree", "add", *await self._placed(project, path, branch))
        return path

    async def remove(self, project: Project, workspace: Path) -> None:
        path = self._below(workspace)
        async with self._turns[project.path]:
            if _is_repository(Path(project.path)):
                await self._unregister(Path(project.path), path)
            await asyncio.to_thread(_delete, path)

    async def scan(self) -> Sequence[Project]:
        folders = await asyncio.to_thread(_repositories_below, self._repos)
        now = self._clock.now()
        return [Project(_id_of(each), str(each), await self._default_branch(each), now) for each in folders]

    async def of_project(self, project: Project) -> Sequence[Found]:
        listed = await self._listed(_repository(project))
        ours = [each for each in listed if each.path.is_relative_to(self._workspaces) and not each.is_missing]
        return [Found(each.path, each.branch) for each in ours]

    async def changes(self, project: Project, workspace: Path) -> Changes:
        """What a session has changed since it left the default branch, committed or not."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                base = await self._start_point(project)
                fork = (await self._git.ask(workspace, "merge-base", base, "HEAD")).output.strip() or base
                found = await changes_since(self._git, Path(project.path), workspace, fork)
        except TimeoutError:
            raise WorktreeError(f"Git could not tell within {LOOK_SECONDS:g} s what has changed.") from None
        return await asyncio.to_thread(without_secrets, found, self._redact)

    def _below(self, workspace: Path) -> Path:
        path = workspace.resolve()
        inside = path != self._workspaces and path.is_relative_to(self._workspaces)
        _require(inside, f"{workspace} is not below the worktrees' folder.")
        return path

    async def _placed(self, project: Project, path: Path, branch: str) -> tuple[str, ...]:
        repository = Path(project.path)
        valid = await self._git.ask(repository, "check-ref-format", "--branch", branch)
        _require(valid.exit_code == 0, f"{branch!r} cannot be the name of a branch.")
        if await self._has(repository, f"refs/heads/{branch}"):
            return ("--", str(path), branch)
        return ("-b", branch, "--", str(path), await self._start_point(project))

    async def _start_point(self, project: Project) -> str:
        for kind in ("heads", "remotes/origin"):
            if await self._has(Path(project.path), name := f"refs/{kind}/{project.default_branch}"):
                return name
        raise WorktreeError(f"{project.id} has no commit on its branch {project.default_branch}.", exit_code=REFUSED)

    async def _unregister(self, repository: Path, path: Path) -> None:
        if any(each.path == path and not each.is_missing for each in await self._listed(repository)):
            await self._git.tell(repository, "worktree", "remove", "--force", "--force", "--", str(path))
        await self._git.tell(repository, "worktree", "prune")

    async def _default_branch(self, repository: Path) -> str:
        for name in ("refs/remotes/origin/HEAD", "HEAD"):
            answer = await self._git.ask(repository, "symbolic-ref", "--quiet", "--short", name)
            if answer.exit_code == 0:
                return answer.output.strip().removeprefix("origin/")
        return _FALLBACK_BRANCH

    async def _has(self, repository: Path, reference: str) -> bool:
        return (await self._git.ask(repository, "show-ref", "--verify", "--quiet", reference)).exit_code == 0

    async def _listed(self, repository: Path) -> Sequence[Listed]:
        return read_listing(await self._git.tell(repository, "worktree", "list", "--porcelain", "-z"))


def _repository(project: Project) -> Path:
    _require(_is_repository(Path(project.path)), f"{project.path} is no git repository.")
    return Path(project.path)


def _is_repository(folder: Path) -> bool:
    return (folder / ".git").exists() or all((folder / part).exists() for part in ("HEAD", "objects", "refs"))


def _repositories_below(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    entries = sorted(entry.resolve() for entry in folder.iterdir() if entry.is_dir())
    return [entry for entry in entries if _is_repository(entry) and _NAME.fullmatch(_id_of(entry))]


def _id_of(repository: Path) -> str:
    return repository.name.removesuffix(".git")


def _delete(path: Path) -> None:
    try:
        shutil.rmtree(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise WorktreeError(f"{path} could not be deleted: {error.strerror}.", exit_code=REFUSED) from error


def _require(holds: object, otherwise: str) -> None:
    if not holds:
        raise WorktreeError(otherwise, exit_code=REFUSED)
