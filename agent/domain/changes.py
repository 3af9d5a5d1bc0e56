"""What a session has changed: file by file, and as the lines that are new and gone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One file; a binary one, or a repository inside of the worktree, has no line counts."""

    path: str
    added: int | None
    removed: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """All of them by path.

    Attributes:
        patch: as `git diff` writes it, new files included, without secrets; binary files are only named.
        is_whole: whether the patch has everything; one that grew too large ends with a line that says so.
    """

    files: tuple[Change, ...] = ()
    patch: str = ""
    is_whole: bool = True

    @property
    def added(self) -> int:
        """Lines that are new."""
        return sum(each.added or 0 for each in self.files)

    @property
    def removed(self) -> int:
        """Lines that are gone."""
        return sum(each.removed or 0 for each in self.files)
