"""Worktrees of real repositories."""

import asyncio
import os
import select
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from agent.adapters.git import Git, GitWorktrees
from agent.domain.changes import Change
from agent.domain.conditions import Sign, of_git
from agent.domain.session import Project
from agent.errors import WorktreeError
from tests.agent.fakes import FakeClock
from tests.agent.makers import make_project


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True, timeout=30
    )
    return done.stdout.strip()


def ends(pid: int) -> bool:
    """Whether the process is gone, or is in a moment: a kill takes one."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 10)[0])
    finally:
        os.close(process)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return repository(tmp_path / "repos" / "app")


@pytest.fixture
def worktrees(tmp_path: Path) -> GitWorktrees:
    return GitWorktrees(tmp_path / "repos", tmp_path / "workspaces", FakeClock())


def repository(folder: Path) -> Project:
    folder.mkdir(parents=True)
    git(folder, "init")
    (folder / "a.txt").write_text("one\ntwo\n")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "first")
    return make_project(id=folder.name, path=str(folder))


async def test_a_session_gets_a_worktree_on_a_branch_of_its_own(
    worktrees: GitWorktrees, project: Project, tmp_path: Path
) -> None:
    path = await worktrees.add(project, "S1", "tocsin/S1")
    assert path == tmp_path / "workspaces" / "app" / "S1"
    assert (path / "a.txt").read_text() == "one\ntwo\n"
    assert git(path, "branch", "--show-current") == "tocsin/S1"
    assert [(each.path, each.branch) for each in await worktrees.of_project(project)] == [(path, "tocsin/S1")]


async def test_an_existing_branch_is_carried_on(worktrees: GitWorktrees, project: Project) -> None:
    first = await worktrees.add(project, "S1", "work")
    (first / "new.txt").write_text("x")
    git(first, "add", ".")
    git(first, "commit", "-m", "more")
    await worktrees.remove(project, first)
    second = await worktrees.add(project, "S2", "work")
    assert (second / "new.txt").exists()


async def test_what_was_made_before_a_crash_is_found_again(worktrees: GitWorktrees, project: Project) -> None:
    path = await worktrees.add(project, "S1", "work")
    assert await worktrees.add(project, "S1", "work") == path


async def test_many_at_once_do_not_get_in_each_others_way(worktrees: GitWorktrees, project: Project) -> None:
    names = [f"S{number}" for number in range(8)]
    await asyncio.gather(*(worktrees.add(project, name, f"tocsin/{name}") for name in names))
    assert len(await worktrees.of_project(project)) == 8


async def test_a_worktree_is_removed_with_everything_uncommitted(worktrees: GitWorktrees, project: Project) -> None:
    path = await worktrees.add(project, "S1", "work")
    (path / "dirty.txt").write_text("x")
    git(path.parent.parent.parent / "repos" / "app", "worktree", "lock", str(path))
    await worktrees.remove(project, path)
    await worktrees.remove(project, path)
    assert not path.exists()
    assert await worktrees.of_project(project) == []


async def test_a_worktree_whose_folder_vanished_can_be_made_again(worktrees: GitWorktrees, project: Project) -> None:
    path = await worktrees.add(project, "S1", "work")
    shutil.rmtree(path)
    assert await worktrees.of_project(project) == []
    assert await worktrees.add(project, "S1", "work") == path


async def test_a_worktree_is_removed_even_if_its_repository_is_gone(worktrees: GitWorktrees, project: Project) -> None:
    path = await worktrees.add(project, "S1", "work")
    shutil.rmtree(project.path)
    await worktrees.remove(project, path)
    assert not path.exists()


async def test_nothing_outside_the_workspaces_is_ever_removed(
    worktrees: GitWorktrees, project: Project, tmp_path: Path
) -> None:
    for victim in (Path(project.path), tmp_path / "workspaces", tmp_path / "workspaces/app/../.."):
        with pytest.raises(WorktreeError, match="not below"):
            await worktrees.remove(project, victim)
    assert git(Path(project.path), "status", "--short") == ""


@pytest.mark.parametrize(
    ("session", "branch", "sentence"),
    [
        ("../x", "work", "cannot be the name of a folder"),
        ("S1", "-f", "cannot be the name of a branch"),
        ("S1", "a..b", "cannot be the name of a branch"),
        ("S1", "", "cannot be the name of a branch"),
        ("S1", "main", "main"),
    ],
)
async def test_what_cannot_be_made_is_refused_in_one_sentence(
    worktrees: GitWorktrees, project: Project, session: str, branch: str, sentence: str
) -> None:
    with pytest.raises(WorktreeError, match=sentence) as raised:
        await worktrees.add(project, session, branch)
    assert "\n" not in str(raised.value)


async def test_a_folder_without_a_repository_says_so_and_does_not_trip_the_breaker(
    worktrees: GitWorktrees, tmp_path: Path
) -> None:
    (tmp_path / "plain").mkdir()
    for path in (tmp_path / "plain", tmp_path / "missing"):
        with pytest.raises(WorktreeError, match="is no git repository") as raised:
            await worktrees.add(make_project(path=str(path)), "S1", "work")
        assert of_git(raised.value.exit_code) is Sign.NONE


async def test_a_repository_without_commits_says_so(worktrees: GitWorktrees, tmp_path: Path) -> None:
    folder = tmp_path / "repos" / "empty"
    folder.mkdir(parents=True)
    git(folder, "init")
    with pytest.raises(WorktreeError, match="has no commit on its branch main"):
        await worktrees.add(make_project(id="empty", path=str(folder)), "S1", "work")


async def test_a_damaged_repository_counts_against_git(worktrees: GitWorktrees, project: Project) -> None:
    (Path(project.path) / ".git" / "HEAD").write_text("nonsense")
    with pytest.raises(WorktreeError, match="Git refused") as raised:
        await worktrees.add(project, "S1", "work")
    assert of_git(raised.value.exit_code) is Sign.BAD


async def test_a_git_that_hangs_is_ended_with_all_its_children(project: Project, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    slow = tmp_path / "slow-git"
    slow.write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {pid}.part\nmv {pid}.part {pid}\nwait\n")
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(WorktreeError, match="did not answer within 2 s") as raised:
        await Git(2, str(slow)).tell(Path(project.path), "status")
    assert of_git(raised.value.exit_code) is Sign.BAD
    assert ends(int(pid.read_text()))


async def test_a_missing_git_says_so(project: Project) -> None:
    with pytest.raises(WorktreeError, match="is not installed"):
        await Git(5, "no-such-git").tell(Path(project.path), "status")


async def test_hooks_and_variables_of_others_are_not_obeyed(
    worktrees: GitWorktrees, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = Path(project.path) / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    monkeypatch.setitem(os.environ, "GIT_DIR", "/nowhere")
    await worktrees.add(project, "S1", "work")
    assert not (tmp_path / "ran").exists()


async def test_repositories_are_found_with_their_default_branch(
    worktrees: GitWorktrees, project: Project, tmp_path: Path
) -> None:
    git(tmp_path / "repos", "clone", "-q", "--bare", project.path, "mirror.git")
    git(tmp_path / "repos", "clone", "-q", project.path, "copy")
    git(tmp_path / "repos" / "copy", "checkout", "-q", "-b", "feature")
    (tmp_path / "repos" / "notes").mkdir()
    (tmp_path / "repos" / "file").write_text("x")
    found = {each.id: each.default_branch for each in await worktrees.scan()}
    assert found == {"app": "main", "copy": "main", "mirror": "main"}
    clone = next(each for each in await worktrees.scan() if each.id == "mirror")
    assert (await worktrees.add(clone, "S9", "work")).is_dir()


async def test_no_folder_no_projects(tmp_path: Path) -> None:
    assert await GitWorktrees(tmp_path / "none", tmp_path / "w", FakeClock()).scan() == []


async def test_changes_count_what_is_committed_and_what_is_not(worktrees: GitWorktrees, project: Project) -> None:
    path = await worktrees.add(project, "S1", "work")
    assert (await worktrees.changes(project, path)).files == ()
    (path / "a.txt").write_text("one\nthree\nfour\n")
    git(path, "commit", "-am", "more")
    (path / "b ü.txt").write_text("new\n")
    (path / "c.bin").write_bytes(b"\0\1")
    git(path, "add", "c.bin")
    found = await worktrees.changes(project, path)
    assert found.files == (Change("a.txt", 2, 1), Change("b ü.txt", 1, 0), Change("c.bin", None, None))
    assert (found.added, found.removed) == (3, 1)
