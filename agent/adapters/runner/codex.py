"""The dialect of `codex exec --json`.

A failing command inside a run does not change codex's exit code, and an API outage exits with 1 like a usage limit
does: `turn.failed` and `error` decide. `error` with "Reconnecting" is news, not an end.
"""

from collections.abc import Iterator
from typing import Any, Final

from agent.adapters.runner.dialect import classify, count, event_in, last_line, part, text
from agent.domain.activity import Activity, Failure, Opened, Said, Spent, Success, ToolBegan, ToolEnded, Verdict
from agent.domain.error_codes import ErrorCode
from agent.ports import Order

_USAGE_ERROR: Final = 2
_TOOLS: Final = frozenset({"command_execution", "file_change", "mcp_tool_call", "web_search"})


class CodexSpeech:
    """Keeps `dialect.Speech`."""

    def command(self, order: Order) -> tuple[str, ...]:
        sandbox = "read-only" if order.read_only else "workspace-write"
        resume = ("resume", order.resume_token) if order.resume_token else ()
        place = ("--sandbox", sandbox, "--cd", str(order.workspace))  # must stand before `resume`
        return (
            order.profile.program,
            *order.profile.launcher,
            "exec",
            *order.profile.arguments,
            "--json",
            "--skip-git-repo-check",
            *place,
            *resume,
            "--",
            order.prompt,
        )

    def reading(self, order: Order) -> "CodexReading":
        return CodexReading()


class CodexReading:
    """Keeps `dialect.Reading`."""

    def __init__(self) -> None:
        self._answer = ""
        self._error = ""
        self._completed = False
        self._failed = False

    @property
    def is_over(self) -> bool:
        return self._completed or self._failed

    def line(self, line: str) -> Iterator[Activity]:
        event = event_in(line)
        match event.get("type"):
            case "thread.started":
                yield Opened(text(event, "thread_id"))
            case "item.started":
                yield from self._began(part(event, "item"))
            case "item.completed":
                yield from self._ended(part(event, "item"))
            case "turn.completed":
                self._completed = True
                usage = part(event, "usage")
                yield Spent(count(usage, "input_tokens"), count(usage, "output_tokens"))
            case "turn.failed":
                self._failed = True
                self._error = text(part(event, "error"), "message") or self._error
            case "error" if "reconnecting" not in text(event, "message").lower():
                self._error = text(event, "message")

    def verdict(self, exit_code: int, complaint: str) -> Verdict:
        if self._completed and not self._failed:
            return Success(self._answer)
        detail = self._error or last_line(complaint) or f"codex ended with exit code {exit_code}"
        if exit_code == 0 and not self._failed and not self._error:
            return Success(self._answer)
        if exit_code == _USAGE_ERROR and not self._error:
            return Failure(ErrorCode.INVALID_AGENT_CONFIG, detail, exit_code)
        return Failure(classify(self._error or complaint), detail, exit_code)

    def _began(self, item: dict[str, Any]) -> Iterator[Activity]:
        if item.get("type") in _TOOLS:
            yield ToolBegan(_tool(item), _detail(item))

    def _ended(self, item: dict[str, Any]) -> Iterator[Activity]:
        if item.get("type") == "agent_message":
            self._answer = text(item, "text")
            yield Said(self._answer)
        elif item.get("type") in _TOOLS:
            ok = item.get("status") in {None, "completed"} and item.get("exit_code") in {None, 0}
            yield ToolEnded(_tool(item), _detail(item), ok)


def _tool(item: dict[str, Any]) -> str:
    match item.get("type"):
        case "command_execution":
            return "shell"
        case "file_change":
            return "edit"
        case "mcp_tool_call":
            return f"{text(item, 'server')}.{text(item, 'tool')}"
        case _:
            return "web_search"


def _detail(item: dict[str, Any]) -> str:
    changes = item.get("changes")
    if isinstance(changes, list):
        return ", ".join(text(change, "path") for change in changes if isinstance(change, dict))
    return text(item, "command") or text(item, "query")
