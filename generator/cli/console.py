"""What a person sees: colour only on a terminal, progress only where it can be overwritten."""

import os
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TextIO


class Colour(StrEnum):
    """When to use colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Tone(StrEnum):
    """What a piece of text means; the value is its ANSI code."""

    GOOD = "32"
    BAD = "31"
    ATTENTION = "33"
    FAINT = "2"
    STRONG = "1"


@dataclass(slots=True)
class Console:
    """Standard output and standard error, with manners.

    Attributes:
        colour: when to use colour; `auto` also honours NO_COLOR (https://no-color.org).
        quiet: leaves out everything but results and errors.
    """

    colour: Colour = Colour.AUTO
    quiet: bool = False
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    _progress: bool = False

    def say(self, text: str = "") -> None:
        """A line of the result."""
        self._clear()
        print(text, file=self.out, flush=True)

    def note(self, text: str) -> None:
        """A line that a script does not need; left out when quiet."""
        if not self.quiet:
            self.say(text)

    def warn(self, text: str) -> None:
        """A line on standard error."""
        self._clear()
        print(text, file=self.err, flush=True)

    def progress(self, text: str) -> None:
        """A line that the next one overwrites; only on a terminal."""
        if self.quiet or not self.err.isatty():
            return
        self._clear()
        print(text[:100], end="", file=self.err, flush=True)
        self._progress = True

    def tone(self, text: str, tone: Tone) -> str:
        """`text` in a colour, where colour is wanted."""
        return f"\x1b[{tone.value}m{text}\x1b[0m" if self._coloured else text

    @property
    def _coloured(self) -> bool:
        if self.colour is Colour.AUTO:
            return self.out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return self.colour is Colour.ALWAYS

    def _clear(self) -> None:
        if self._progress:
            print("\r\x1b[K", end="", file=self.err, flush=True)
            self._progress = False
