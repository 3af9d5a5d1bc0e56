"""What is wrong inside an expression; its place is that of the whole expression."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong inside an expression."""

    what: str
    remedy: str


Find: TypeAlias = Callable[[str, str], None]
"""Notes a fact and its remedy."""

IDENTIFIERS = "identifiers belong into logs and traces"
"""The remedy for every forbidden label."""
