"""The JSON lines of `codex exec --json`."""

import os
import time
from typing import Any, Final

from agent.standin import doing
from agent.standin.dialect import Progress
from agent.standin.sessions import Session, Sessions
from agent.standin.stream import Stream, complain
from agent.standin.wording import phrase

_RETRIES: Final = 5
_TOKENS: Final = 1200
_UNSUPPORTED: Final = "command execution approval is not supported in exec mode"
_AT_ONCE: Final = range(400, 500)


class Codex:
    """One run of `codex exec`, which never asks."""

    def __init__(self, stream: Stream, session: Session, sessions: Sessions, *, may_write: bool) -> None:
        self.stream = stream
        self.progress = Progress()
        self._session = session
        self._sessions = sessions
        self._may_write = may_write
        self._items = 0

    def begin(self, prompt: str) -> None:
        """The thread, then the turn."""
        self._session.input_tokens += _TOKENS + len(prompt) // 4
        self._session.turns += 1
        self._sessions.keep(self._session)
        self.stream.event({"type": "thread.started", "thread_id": self._session.identifier})
        self.stream.event({"type": "turn.started"})

    def say(self, text: str) -> None:
        """An agent message; the last one is the answer."""
        self.progress.said = text
        self._session.output_tokens += 1 + len(text) // 4
        self._completed("agent_message", text=text)

    def think(self, text: str) -> None:
        """A reasoning summary."""
        self._completed("reasoning", text=text)

    def tool(self, command: str, output: str | None = None) -> None:
        """A command execution; its exit code does not change that of the run."""
        identifier = self._next()
        shown = {"command": f"/bin/bash -lc '{command}'", "aggregated_output": "", "exit_code": None}
        self._item("started", identifier, "command_execution", **shown, status="in_progress")
        result, code = doing.run(command) if output is None else (output, 0)
        status = "failed" if code else "completed"
        ended = shown | {"aggregated_output": result, "exit_code": code, "status": status}
        self._item("completed", identifier, "command_execution", **ended)

    def edit(self, file: str, text: str) -> None:
        """A file change; failed where the sandbox is read-only."""
        identifier, kind = self._next(), "update" if os.path.exists(file) else "add"  # noqa: PTH110 - no pathlib needed
        changes = [{"path": os.path.abspath(file), "kind": kind}]  # noqa: PTH100 - as given, links kept
        self._item("started", identifier, "file_change", changes=changes, status="in_progress")
        self.progress.wrote = self._may_write and _written(file, text)
        status = "completed" if self.progress.wrote else "failed"
        self._item("completed", identifier, "file_change", changes=changes, status=status)

    def ask(self, command: str) -> None:
        """There is nobody to ask: declined."""
        shown = {"command": f"/bin/bash -lc '{command}'", "aggregated_output": _UNSUPPORTED, "exit_code": None}
        self._completed("command_execution", **shown, status="declined")

    def lines(self, first: int, count: int) -> None:
        """Small agent messages."""
        items = (
            {"id": self._next(), "type": "agent_message", "text": f"line {number}"}
            for number in range(first, first + count)
        )
        self.stream.events({"type": "item.completed", "item": item} for item in items)
        self.progress.said = f"line {first + count - 1}"

    def unknown(self) -> None:
        """A new event and a new item."""
        self.stream.event({"type": "thread.daydreamed", "about": ["electric", "sheep"]})
        self._completed("hologram", content={"nested": [1, 2, 3]})

    def reconnect(self, times: int) -> None:
        """Errors that are none."""
        for attempt in range(1, min(times, _RETRIES) + 1):
            self.stream.event({"type": "error", "message": f"Reconnecting... {attempt}/{_RETRIES}"})

    def outage(self, status: int) -> int:
        """Retries first where that may help; then the turn fails."""
        whole = f"{status} {phrase(status)}"
        if status in _AT_ONCE:
            return self.fail(f"unexpected status {whole}")
        for attempt in range(1, _RETRIES + 1):
            self.reconnect_after(attempt, whole)
        return self.fail(f"exceeded retry limit, last status: {whole}")

    def reconnect_after(self, attempt: int, failure: str) -> None:
        """One of five tries, much faster than the real ones."""
        message = f"Reconnecting... {attempt}/{_RETRIES} (unexpected status {failure})"
        self.stream.event({"type": "error", "message": message})
        time.sleep(float(os.environ.get("STANDIN_PACE", "0.05")))

    def stop(self, reason: str) -> int:
        """A bound is a failed turn here."""
        return self.fail(f"Codex ran into a limit: {reason}")

    def fail(self, message: str) -> int:
        """The error, then the end of the turn."""
        self.stream.event({"type": "error", "message": message})
        self.stream.event({"type": "turn.failed", "error": {"message": message}})
        if self.stream.quiet:
            complain(f"ERROR: {message}")
        self._sessions.keep(self._session)
        return 1

    def done(self) -> int:
        """The end of the turn, with the totals of the whole thread."""
        if not self.progress.said:
            self.say("Done.")
        self._sessions.keep(self._session)
        usage = {
            "input_tokens": self._session.input_tokens,
            "cached_input_tokens": self._session.input_tokens // 2,
            "output_tokens": self._session.output_tokens,
            "reasoning_output_tokens": 0,
        }
        self.stream.event({"type": "turn.completed", "usage": usage})
        if self.stream.quiet:
            self.stream.raw(self.progress.said + "\n")
        return 0

    def _completed(self, kind: str, **content: Any) -> None:  # noqa: ANN401 - JSON
        self._item("completed", self._next(), kind, **content)

    def _item(self, stage: str, identifier: str, kind: str, **content: Any) -> None:  # noqa: ANN401 - JSON
        self.stream.event({"type": f"item.{stage}", "item": {"id": identifier, "type": kind, **content}})

    def _next(self) -> str:
        self._items += 1
        return f"item_{self._items - 1}"


def _written(file: str, text: str) -> bool:
    try:
        doing.append(file, text)
    except OSError as error:
        complain(str(error))
        return False
    return True
