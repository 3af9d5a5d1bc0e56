"""Reads what git says about the differences between two states."""

from collections.abc import Iterator

from agent.domain.changes import Change, Changes


def read_changes(numbers: str, fresh: str) -> Changes:
    """From `git diff --numstat -z --no-renames` and a NUL-separated list of new files."""
    found = [*_counted(numbers), *(Change(path, None, None) for path in fresh.split("\0") if path)]
    return Changes(tuple(sorted(found, key=lambda change: change.path)))


def _counted(numbers: str) -> Iterator[Change]:
    for record in filter(None, numbers.split("\0")):
        added, removed, path = record.split("\t", 2)
        yield Change(path, _number(added), _number(removed))


def _number(text: str) -> int | None:
    return None if text == "-" else int(text)
