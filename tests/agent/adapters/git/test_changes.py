"""What a worktree has changed, hunk by hunk, and that looking at it runs nothing that lies in wait there."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.adapters.git import Git, GitWorktrees, changes, worktrees
from agent.domain.changes import Change
from agent.domain.session import Project
from agent.errors import WorktreeError
from tests.agent.adapters.git.test_worktrees import ends, git, repository
from tests.agent.fakes import FakeClock


class Place:
    """A repository and a worktree of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project: Project = repository(folder / "repos" / "app")
        self.worktrees = GitWorktrees(folder / "repos", folder / "workspaces", FakeClock(), redact=_hushed)

    async def open(self) -> Path:
        return await self.worktrees.add(self.project, "S1", "work")


def _hushed(text: str) -> str:
    return text.replace("swordfish", "***")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


async def test_hunks_of_what_is_committed_staged_neither_or_new(place: Place) -> None:
    path = await place.open()
    (path / "a.txt").write_text("one\nthree\n")
    git(path, "commit", "-am", "more")
    (path / "b.txt").write_text("staged\n")
    git(path, "add", "b.txt")
    (path / "c ü.txt").write_text("new\n")
    before = git(path, "status", "--porcelain")

    found = await place.worktrees.changes(place.project, path)

    lines = [line for line in found.patch.splitlines() if not line.startswith(("index ", "@@", "new file"))]
    assert lines == [
        "diff --git a/a.txt b/a.txt",
        "--- a/a.txt",
        "+++ b/a.txt",
        " one",
        "-two",
        "+three",
        "diff --git a/b.txt b/b.txt",
        "--- /dev/null",
        "+++ b/b.txt",
        "+staged",
        "diff --git a/c ü.txt b/c ü.txt",
        "--- /dev/null",
        "+++ b/c ü.txt\t",
        "+new",
    ]
    assert found.is_whole
    assert git(path, "status", "--porcelain") == before
    git(place.folder / "repos" / "app", "fsck")


async def test_a_patch_can_be_applied_to_where_the_session_began(place: Place) -> None:
    path = await place.open()
    (path / "a.txt").write_text("one\nthree")
    (path / "deep").mkdir()
    (path / "deep" / "b.txt").write_text("new\n")
    found = await place.worktrees.changes(place.project, path)
    patch = place.folder / "it.diff"
    patch.write_text(found.patch)

    origin = place.folder / "repos" / "app"
    git(origin, "apply", str(patch))
    assert ((origin / "a.txt").read_text(), (origin / "deep" / "b.txt").read_text()) == ("one\nthree", "new\n")


async def test_binary_files_and_repositories_inside_are_named_and_not_shown(place: Place) -> None:
    path = await place.open()
    (path / "c.bin").write_bytes(b"\0\1")
    repository(path / "inner")
    found = await place.worktrees.changes(place.project, path)
    assert found.files == (Change("c.bin", None, None), Change("inner/", None, None))
    assert "Binary files /dev/null and b/c.bin differ" in found.patch


async def test_a_name_that_is_no_utf8_is_listed(place: Place) -> None:
    path = await place.open()
    (Path(str(path)) / b"b\xff.txt".decode(errors="surrogateescape")).write_text("new\n")
    found = await place.worktrees.changes(place.project, path)
    assert found.files == (Change("b\ufffd.txt", None, None),)


async def test_secrets_are_taken_out_of_hunks_and_names(place: Place) -> None:
    path = await place.open()
    (path / "swordfish.txt").write_text("swordfish\n")
    found = await place.worktrees.changes(place.project, path)
    assert "swordfish" not in found.patch + found.files[0].path
    assert "+***" in found.patch


async def test_a_patch_that_grows_too_large_is_cut_and_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await place.open()
    (path / "long.txt").write_text("a line\n" * 400_000)
    monkeypatch.setattr(changes, "LARGEST", 1024 * 1024)
    found = await place.worktrees.changes(place.project, path)
    assert not found.is_whole
    assert len(found.patch) < 1024 * 1024 + 100
    assert found.patch.endswith("+a line\n[cut: the whole is larger than 1 MB]\n")
    assert found.files == (Change("long.txt", 400_000, 0),)


async def test_a_very_large_file_is_named_and_not_read_line_by_line(place: Place) -> None:
    path = await place.open()
    (path / "long.txt").write_text("a line\n" * 800_000)
    assert (await place.worktrees.changes(place.project, path)).files == (Change("long.txt", None, None),)


@pytest.mark.parametrize("damage", [Path.unlink, lambda index: index.write_bytes(b"DIRCgarbage")])
async def test_an_index_that_cannot_be_read_hides_nothing(place: Place, damage: Callable[[Path], object]) -> None:
    path = await place.open()
    damage(Path(git(path, "rev-parse", "--git-path", "index")))
    (path / "a.txt").write_text("one\nthree\n")
    found = await place.worktrees.changes(place.project, path)
    assert found.files == (Change("a.txt", 1, 1),)


async def test_a_split_index_hides_nothing(place: Place) -> None:
    path = await place.open()
    git(path, "update-index", "--split-index")
    (path / "a.txt").write_text("one\nthree\n")
    assert (await place.worktrees.changes(place.project, path)).files == (Change("a.txt", 1, 1),)


@pytest.mark.parametrize("mark", ["--assume-unchanged", "--skip-worktree", "--fsmonitor-valid"])
async def test_no_mark_hides_a_change(place: Place, mark: str) -> None:
    path = await place.open()
    git(path, "update-index", mark, "a.txt")
    (path / "a.txt").write_text("one\nthree\n")
    assert git(path, "diff", "--name-only") == ("a.txt" if mark == "--fsmonitor-valid" else "")
    assert (await place.worktrees.changes(place.project, path)).files == (Change("a.txt", 1, 1),)


async def test_what_a_sparse_checkout_leaves_out_was_not_removed(place: Place) -> None:
    path = await place.open()
    git(path, "sparse-checkout", "set", "--no-cone", "/b.txt")
    assert not (path / "a.txt").exists()
    (path / "c.txt").write_text("new\n")
    assert (await place.worktrees.changes(place.project, path)).files == (Change("c.txt", 1, 0),)


async def test_what_git_was_told_to_ignore_stays_out(place: Place) -> None:
    path = await place.open()
    (place.folder / "repos" / "app" / ".git" / "info" / "exclude").write_text("*.log\n")
    (path / ".gitignore").write_text("build\n")
    for name in ("a.log", "build"):
        (path / name).write_text("noise\n")
    assert (await place.worktrees.changes(place.project, path)).files == (Change(".gitignore", 1, 0),)


async def test_nothing_is_left_behind(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    own = place.folder / "tmp"
    own.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(own))
    path = await place.open()
    await place.worktrees.changes(place.project, path)
    (place.folder / "repos" / "app" / ".git").rename(place.folder / "away")
    with pytest.raises(WorktreeError):
        await place.worktrees.changes(place.project, path)
    assert not list(own.iterdir())


async def test_a_look_that_takes_too_long_is_given_up_and_leaves_no_git(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await place.open()
    slow = place.folder / "slow-git"
    slow.write_text('#!/bin/sh\ncase "$*" in *numstat*) echo $$ > "$0.pid"; exec sleep 60;; esac\nexec git "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setattr(worktrees, "LOOK_SECONDS", 1.0)
    hurried = GitWorktrees(place.folder / "repos", place.folder / "workspaces", FakeClock(), Git(60, str(slow)))
    with pytest.raises(WorktreeError, match="within 1 s") as refused:
        await hurried.changes(place.project, path)
    assert refused.value.exit_code is None
    assert ends(int((place.folder / "slow-git.pid").read_text()))


ATTRIBUTES = "*.txt filter=trap diff=trap\n"


def trap(folder: Path, marker: Path) -> str:
    script = folder / "trap.sh"
    script.write_text(f"#!/bin/sh\ntouch '{marker}'\ncat\n")
    script.chmod(0o755)
    return str(script)


def carelessly(folder: Path, *arguments: str) -> None:
    """As somebody would who expects no evil."""
    subprocess.run(["git", *arguments], cwd=folder, check=False, capture_output=True, timeout=30)


def laid(folder: Path, command: str) -> None:
    """Every setting by which looking at a repository runs a command."""
    for key in ("filter.trap.clean", "filter.trap.smudge", "diff.trap.textconv", "diff.trap.command", "diff.external"):
        git(folder, "config", key, command)
    for key, value in (("filter.trap.required", "true"), ("core.fsmonitor", command), ("core.pager", command)):
        git(folder, "config", key, value)


async def test_nothing_that_lies_in_wait_is_run(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path, marker = await place.open(), place.folder / "sprung"
    command = trap(place.folder, marker)
    home = place.folder / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    inner = repository(path / "inner")
    (path / ".gitattributes").write_text(ATTRIBUTES)
    for folder in (place.folder / "repos" / "app", Path(inner.path)):
        laid(folder, command)
    (home / ".gitconfig").write_text(f'[diff]\nexternal = {command}\n[filter "trap"]\nclean = {command}\n')
    (path / "a.txt").write_text("one\nthree\n")
    (path / "b.txt").write_text("new\n")
    carelessly(path, "add", "inner")
    carelessly(path, "diff", "main")
    assert marker.exists()  # the traps are good ones
    marker.unlink()

    found = await place.worktrees.changes(place.project, path)

    assert not marker.exists()
    assert {each.path for each in found.files} >= {".gitattributes", "a.txt", "b.txt"}
    assert "+three" in found.patch
