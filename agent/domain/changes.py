"""What a session has changed, file by file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One file; a binary or a new, not yet added one has no line counts."""

    path: str
    added: int | None
    removed: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """All of them by path."""

    files: tuple[Change, ...] = ()

    @property
    def added(self) -> int:
        """Lines that are new."""
        return sum(each.added or 0 for each in self.files)

    @property
    def removed(self) -> int:
        """Lines that are gone."""
        return sum(each.removed or 0 for each in self.files)
