"""Standard output as JSON lines, flushed one by one; what happens when nobody listens any more."""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn


def tell(text: str) -> None:
    """A line on standard output that is no event."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """A line on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@dataclass(frozen=True, slots=True)
class Stream:
    """Where events go.

    Attributes:
        deaf: exit code once the reader has closed its end.
        quiet: say nothing until the end, as without `--json`.
    """

    deaf: int
    quiet: bool = False

    def event(self, event: Mapping[str, Any]) -> None:
        """One event."""
        if not self.quiet:
            self.raw(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")

    def events(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Several events in one write."""
        if not self.quiet:
            self.raw("".join(json.dumps(event, separators=(",", ":")) + "\n" for event in events))

    def raw(self, text: str) -> None:
        """Anything at all."""
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            self._leave()

    def _leave(self) -> NoReturn:
        os._exit(self.deaf)
