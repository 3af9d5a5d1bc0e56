"""One change, and how values read in a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Entry: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence about one thing.

    Attributes:
        subject: what changes, such as an alert's name.
        sentence: how, without the subject.
        reason: why, when the spec says so; None where no reason is expected.
    """

    subject: str
    sentence: str
    reason: str | None = None

    def __str__(self) -> str:
        why = "" if self.reason is None else f", reason: {self.reason or 'none given'}"
        return f"{self.sentence} on {self.subject}{why}"


def field(entry: Entry, path: str) -> Any:  # noqa: ANN401 - whatever the catalogue holds there
    """The value at a dotted path; None where there is none."""
    found: Any = entry
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def moved(word: str, old: object, new: object) -> str:
    """`threshold 2 % → 3 %`."""
    return f"{word} {shown(old)} → {shown(new)}"


def shown(value: object) -> str:
    """A value in a sentence."""
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(shown, value)) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {shown(item)}" for key, item in value.items()) or "none"
    return str(value)


def listed(old: Entry, new: Entry) -> Iterator[tuple[str, Entry | None, Entry | None]]:
    """Names with their old and new entries, in the new order, what is gone at the end."""
    for name, entry in new.items():
        yield name, old.get(name), entry
    for name, entry in old.items():
        if name not in new:
            yield name, entry, None


def fields_moved(old: Entry, new: Entry, words: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each of the dotted paths in `words` whose value differs."""
    for path, word in words.items():
        before, after = field(old, path), field(new, path)
        if before != after:
            yield moved(word, before, after)
