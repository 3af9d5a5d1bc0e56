"""Reads `git worktree list --porcelain -z`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Listed:
    """One worktree; the repository's own folder is one too. A detached one has no branch."""

    path: Path
    branch: str
    is_missing: bool


def read_listing(output: str) -> tuple[Listed, ...]:
    """All worktrees, in git's order; attributes that git may invent are skipped."""
    records = [record.strip("\0").split("\0") for record in output.split("\0\0") if record.strip("\0")]
    return tuple(_listed(dict(line.partition(" ")[::2] for line in record)) for record in records)


def _listed(attributes: dict[str, str]) -> Listed:
    path = Path(attributes.get("worktree", ""))
    branch = attributes.get("branch", "").removeprefix("refs/heads/")
    return Listed(path.resolve(), branch, is_missing="prunable" in attributes or not path.is_dir())
