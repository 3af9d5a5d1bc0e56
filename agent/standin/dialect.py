"""What a script can ask of a CLI; each CLI says it in its own events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from agent.standin.script import Step
from agent.standin.stream import Stream


@dataclass(slots=True)
class Progress:
    """How far a run is.

    Attributes:
        rest: the steps after the present one.
        said: the last message.
        wrote: whether the last edit was allowed and went well.
        linger: seconds to stay after the last event; None is for ever.
    """

    rest: Sequence[Step] = ()
    said: str = ""
    wrote: bool = True
    linger: float | None = 0.0


class Dialect(Protocol):
    """One coding CLI."""

    stream: Stream
    progress: Progress

    def say(self, text: str) -> None:
        """A message to the user."""

    def think(self, text: str) -> None:
        """A piece of reasoning."""

    def tool(self, command: str, output: str | None = None) -> None:
        """A shell command; the given output instead of its own."""

    def edit(self, file: str, text: str) -> None:
        """Append a line to a file of the working directory."""

    def ask(self, command: str) -> None:
        """A command that nobody allowed beforehand."""

    def lines(self, first: int, count: int) -> None:
        """Many small events at once."""

    def unknown(self) -> None:
        """An event of a type that nobody knows yet."""

    def reconnect(self, times: int) -> None:
        """Trouble that passes."""

    def outage(self, status: int) -> int:
        """The model cannot be reached: the last events and the exit code."""

    def stop(self, reason: str) -> int:
        """A bound was reached: the last events and the exit code."""

    def fail(self, message: str) -> int:
        """The turn failed: the last events and the exit code."""

    def done(self) -> int:
        """All went well: the last events and the exit code."""
