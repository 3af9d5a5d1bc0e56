"""What a worktree has changed, by a look that runs nothing of what an agent may have left in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from agent.adapters.git.overlooking import overlooked
from agent.adapters.git.process import Answer, Git
from agent.domain.changes import Change, Changes
from agent.errors import WorktreeError

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a patch. What is more can be read in the worktree, and nowhere on a phone."""

_DIFF: Final = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty")
_FRESH: Final = ("ls-files", "--others", "--exclude-standard", "-z")
_LOST: Final = "\ufffd"
"""In a name that is no UTF-8; it can be shown and not be given back to git."""

_ATTEMPTS: Final = 2
"""A file may come and go while we look; an agent at work makes many that do."""


async def changes_since(git: Git, repository: Path, workspace: Path, fork: str) -> Changes:
    """Everything that differs from a commit, whether it was committed, staged or neither; with its secrets still."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await _looked(git, repository, workspace, fork)
        except WorktreeError as error:
            if error.exit_code is None or attempt == _ATTEMPTS:
                raise
    raise AssertionError("the loop returns or raises")


def without_secrets(found: Changes, redact: Callable[[str], str]) -> Changes:
    """The same to be shown. Takes long for a long patch."""
    files = (Change(redact(each.path), each.added, each.removed) for each in found.files)
    return Changes(tuple(files), redact(found.patch), found.is_whole)


async def _looked(git: Git, repository: Path, workspace: Path, fork: str) -> Changes:
    async with overlooked(git, repository, workspace, fork) as (own, folder):
        fresh = list(filter(None, (await own.tell(workspace, *_FRESH)).split("\0")))
        unread = [each for each in fresh if each.endswith("/") or _LOST in each]
        if files := [each for each in fresh if each not in unread]:
            named = folder / "fresh"
            named.write_text("\0".join(files), encoding="utf-8")
            listed = (f"--pathspec-from-file={named}", "--pathspec-file-nul")
            await own.tell(workspace, "--literal-pathspecs", "add", "--intent-to-add", *listed)
        numbers = await own.tell(workspace, *_DIFF, "--no-renames", "--numstat", "-z", fork, "--")
        patch = await own.ask(workspace, *_DIFF, "--find-renames", "--patch", fork, "--", most=LARGEST)
    if patch.exit_code != 0 and not patch.is_cut:
        raise WorktreeError("Git could not put the changes into words.", exit_code=patch.exit_code)
    found = [*_counted(numbers), *(Change(each, None, None) for each in unread)]
    return Changes(tuple(sorted(found, key=lambda change: change.path)), _text(patch), not patch.is_cut)


def _text(patch: Answer) -> str:
    if not patch.is_cut:
        return patch.output
    whole, _, _ = patch.output.rpartition("\n")
    return f"{whole}\n[cut: the whole is larger than {LARGEST // 1024 // 1024} MB]\n"


def _counted(numbers: str) -> Iterator[Change]:
    for record in filter(None, numbers.split("\0")):
        added, removed, path = record.split("\t", 2)
        yield Change(path, _number(added), _number(removed))


def _number(text: str) -> int | None:
    return None if text == "-" else int(text)
