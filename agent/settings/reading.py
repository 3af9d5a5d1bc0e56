"""Reads single variables and remembers what is wrong with each instead of stopping at the first."""

import math
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from agent.settings.secret import Secret

T = TypeVar("T")

DAY_SECONDS = 86_400
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


_ALIKE = 0.9
"""From which likeness on a name is taken for a slip: one or two letters, or an ending left out."""


def misspelled(environment: Mapping[str, str], known: Collection[str]) -> tuple[str, ...]:
    """A line for each name that nobody reads but that is nearly one of those known.

    These are doubts and no problems: the name may belong to another program.
    """
    near = {name: get_close_matches(name, known, 1, _ALIKE) for name in environment if name not in known}
    return tuple(f"{name}: not a setting; did you mean {found[0]}?" for name, found in sorted(near.items()) if found)


class Reader:
    """One pass over the environment. An empty variable counts as unset.

    Attributes:
        problems: what is wrong so far, as `VARIABLE: what; what to do`.
        asked: every variable that was looked up.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []
        self.asked: set[str] = set()

    def problem(self, variable: str, what: str, remedy: str) -> None:
        """Remember a problem; the value itself is never repeated, it may be a secret."""
        self.problems.append(f"{variable}: {what}; {remedy}")

    def is_faulty(self, variable: str) -> bool:
        """Whether there is a problem with the variable or its file already; what follows from it is not told too."""
        return any(problem.startswith(variable) for problem in self.problems)

    def text(self, variable: str, default: str = "") -> str:
        """The variable without surrounding blanks."""
        self.asked.add(variable)
        return self._environment.get(variable, "").strip() or default

    def secret(self, variable: str) -> Secret:
        """A token or key, from the variable or from the file that `<variable>_FILE` names."""
        named = self.text(f"{variable}_FILE")
        if not named:
            return Secret(self.text(variable))
        try:
            return Secret(Path(named).read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError):
            self.problem(f"{variable}_FILE", "the file cannot be read", "check its path and permissions")
            return Secret("")

    def number(self, variable: str, default: float, least: float, most: float) -> float:
        """A finite number within bounds."""
        remedy = f"give a number from {least:g} to {most:g}, or leave it unset for {default:g}"
        found = self._converted(variable, float, remedy)
        return default if found is None else self._bounded(variable, found, default, (least, most))

    def integer(self, variable: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        remedy = f"give a whole number from {least} to {most}, or leave it unset for {default}"
        found = self._converted(variable, int, remedy)
        return default if found is None else int(self._bounded(variable, found, default, (least, most)))

    def choice(self, variable: str, default: str, choices: tuple[str, ...]) -> str:
        """One of a few words, in any case."""
        found = self.text(variable, default).lower()
        if found in choices:
            return found
        self.problem(variable, "unknown value", f"use one of {', '.join(choices)}")
        return default

    def flag(self, variable: str) -> bool:
        """Yes or no; unset is no."""
        return self.choice(variable, "false", ("true", "false", "1", "0", "yes", "no")) in {"true", "1", "yes"}

    def path(self, variable: str, default: Path) -> Path:
        """An absolute path, whether or not anything is there."""
        found = Path(self.text(variable, str(default)))
        if self.text(variable) and not found.is_absolute():  # one that follows from another is mended there
            self.problem(variable, "not an absolute path", f"write it from the root, as in {default}")
        return found

    def https(self, variable: str) -> str:
        """A URL that is HTTPS, or HTTP to this very machine; empty when unset."""
        found = self.text(variable)
        if not found:
            return ""
        try:
            parts = urlsplit(found)
            private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
            if private and parts.hostname:
                return found
        except ValueError:
            pass  # urlsplit refuses some texts outright
        self.problem(variable, "not an HTTPS address", "use https://…; plain http is for this machine only")
        return ""

    def web(self, variable: str) -> str:
        """An HTTP or HTTPS address inside one's own network, without its last slash; empty when unset."""
        found = self.text(variable)
        if not found:
            return ""
        try:
            parts = urlsplit(found)
            if parts.scheme in {"http", "https"} and parts.hostname and not (parts.query or parts.username):
                return found.rstrip("/")
        except ValueError:
            pass  # urlsplit refuses some texts outright
        self.problem(variable, "not a web address", "write it as http://host:port or https://host/path, without user")
        return ""

    def _converted(self, variable: str, convert: Callable[[str], T], remedy: str) -> T | None:
        text = self.text(variable)
        if not text:
            return None
        try:
            return convert(text)
        except ValueError:
            self.problem(variable, "not a number", remedy)
            return None

    def _bounded(self, variable: str, found: float, default: float, bounds: tuple[float, float]) -> float:
        least, most = bounds
        if math.isfinite(found) and least <= found <= most:
            return found
        self.problem(variable, "out of range", f"give a number from {least:g} to {most:g}")
        return default
