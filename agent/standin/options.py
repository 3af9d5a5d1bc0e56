"""Command lines, read as strictly as the real CLIs read theirs and a good deal faster than argparse loads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.standin.ending import Usage


@dataclass(frozen=True, slots=True)
class Grammar:
    """The options that exist.

    Attributes:
        flags: options without a value.
        valued: options with a value.
        aliases: short or older names, by the name they stand for.
        code: exit code when the line is not understood.
    """

    flags: frozenset[str]
    valued: frozenset[str]
    aliases: Mapping[str, str]
    code: int


@dataclass(slots=True)
class Line:
    """A command line that was understood.

    Attributes:
        free: what is no option.
        guarded: how many of those stood after `--`.
    """

    values: dict[str, list[str]] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)
    guarded: int = 0

    def has(self, name: str) -> bool:
        """Whether an option was given."""
        return name in self.values

    def value(self, name: str, default: str = "") -> str:
        """The last value of an option."""
        return self.values.get(name, [default])[-1]


def understand(arguments: Sequence[str], grammar: Grammar, stop_at: str = "") -> tuple[Line, list[str] | None]:
    """The line, and what follows the subcommand `stop_at`; None where that word does not come up."""
    line, left = Line(), list(arguments)
    while left:
        word = left.pop(0)
        if word == "--":
            line.free += left
            line.guarded = len(left)
            break
        if stop_at and word == stop_at and not line.free:
            return line, left
        if word.startswith("-") and word != "-":
            _option(word, left, line, grammar)
        else:
            line.free.append(word)
    return line, None


def _option(word: str, left: list[str], line: Line, grammar: Grammar) -> None:
    name, equals, value = word.partition("=")
    name = grammar.aliases.get(name, name)
    if name in grammar.flags and not equals:
        line.values.setdefault(name, []).append("")
    elif name in grammar.valued:
        if not equals and not left:
            raise Usage(f"error: a value is required for '{name}' but none was supplied", grammar.code)
        line.values.setdefault(name, []).append(value if equals else left.pop(0))
    else:
        raise Usage(f"error: unexpected argument '{word}' found", grammar.code)
