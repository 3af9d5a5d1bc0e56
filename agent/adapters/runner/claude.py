"""The dialect of `claude -p --output-format stream-json --verbose`.

On a bad token the result's subtype still says "success", so `is_error`, `terminal_reason` and `api_error_status`
decide. A result that stopped for a deferred tool call is no end: the conversation resumes with a person's answer.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from agent.adapters.runner.dialect import classify, count, event_in, last_line, part, text
from agent.domain.activity import (
    Activity,
    Deferred,
    Failure,
    Opened,
    Said,
    Spent,
    Success,
    ToolBegan,
    ToolEnded,
    Verdict,
)
from agent.domain.approval import scope_of
from agent.domain.error_codes import ErrorCode
from agent.domain.profile import Profile
from agent.domain.tool_call import brief, classified, told
from agent.errors import LaunchError
from agent.ports import Order

_HOOK_SECONDS: Final = 60
"""The hook ends itself long before; a hook that Claude ends counts as a yes."""

_ONE_AT_A_TIME: Final = "Call one tool at a time and wait for its result: a person may have to approve the call."
"""Claude can wait for a person only when a turn makes a single call."""

_OWN_SETTINGS: Final = frozenset({"--settings", "--bare"})
_OVERLOADED: Final = 429
_SERVER_FAULT: Final = 500


@dataclass(frozen=True, slots=True)
class Hooks:
    """What Claude asks before it uses a tool, as shell commands; see `agent.hook.command`.

    Attributes:
        asking: for profiles whose tools ask.
        denying: for every other: the denylist holds for all of them.
    """

    asking: str = ""
    denying: str = ""


NO_HOOKS: Final = Hooks()


class ClaudeSpeech:
    """Keeps `dialect.Speech`. A profile with `--settings` of its own has seen to the denylist itself."""

    def __init__(self, hooks: Hooks = NO_HOOKS) -> None:
        self._hooks = hooks

    def command(self, order: Order) -> tuple[str, ...]:
        # A new conversation is named before the start, so that a run which is killed can still be resumed.
        conversation = ("--resume", order.resume_token) if order.resume_token else ("--session-id", order.run_id)
        mode = ("--permission-mode", "plan") if order.read_only else ()
        return (
            order.profile.program,
            *order.profile.launcher,
            "-p",
            "--output-format",
            "stream-json",
            "--verbose",
            *order.profile.arguments,
            *(self._asking() if order.profile.tools_ask else self._denying(order.profile)),
            *mode,
            *conversation,
            *(() if order.continues else ("--", order.prompt)),
        )

    def reading(self, order: Order) -> "ClaudeReading":
        return ClaudeReading()

    def _asking(self) -> tuple[str, ...]:
        if not self._hooks.asking:
            raise LaunchError("This profile's tools ask, and there is nobody to be asked.")
        return "--settings", _hooked(self._hooks.asking), "--append-system-prompt", _ONE_AT_A_TIME

    def _denying(self, profile: Profile) -> tuple[str, ...]:
        own = any(each.partition("=")[0] in _OWN_SETTINGS for each in profile.arguments)
        return () if own or not self._hooks.denying else ("--settings", _hooked(self._hooks.denying))


def _hooked(command: str) -> str:
    hook = {"type": "command", "command": command, "timeout": _HOOK_SECONDS}
    return json.dumps({"hooks": {"PreToolUse": [{"matcher": "*", "hooks": [hook]}]}})


class ClaudeReading:
    """Keeps `dialect.Reading`."""

    def __init__(self) -> None:
        self._tools: dict[str, tuple[str, str]] = {}
        self._result: dict[str, Any] = {}

    @property
    def is_over(self) -> bool:
        return bool(self._result)

    def line(self, line: str) -> Iterator[Activity]:
        event = event_in(line)
        match event.get("type"):
            case "system" if event.get("subtype") == "init":
                yield Opened(text(event, "session_id"))
            case "assistant" | "user":
                content = part(event, "message").get("content")
                for block in content if isinstance(content, list) else ():
                    if isinstance(block, dict):
                        yield from self._block(block)
            case "result":
                self._result = event
                yield from _spent(event)

    def verdict(self, exit_code: int, complaint: str) -> Verdict:
        result = self._result
        if not result:
            detail = last_line(complaint) or f"claude ended with exit code {exit_code} and no result"
            return Failure(classify(complaint), detail, exit_code)
        deferred = part(result, "deferred_tool_use")
        if result.get("stop_reason") == "tool_deferred" and deferred:
            tool, given = text(deferred, "name"), part(deferred, "input")
            scope = scope_of(tool, classified(tool, given))
            return Deferred(tool, text(deferred, "id"), told(tool, given), scope)
        if result.get("is_error") or text(result, "subtype").startswith("error"):
            return Failure(_code(result), _reason(result), exit_code)
        return Success(text(result, "result"))

    def _block(self, block: dict[str, Any]) -> Iterator[Activity]:
        match block.get("type"):
            case "text" if text(block, "text"):
                yield Said(text(block, "text"))
            case "tool_use":
                tool = (text(block, "name"), brief(part(block, "input")))
                self._tools[text(block, "id")] = tool
                yield ToolBegan(*tool)
            case "tool_result":
                known = self._tools.pop(text(block, "tool_use_id"), ("tool", ""))
                yield ToolEnded(*known, ok=not block.get("is_error"))


def _spent(result: dict[str, Any]) -> Iterator[Activity]:
    usage, cost = part(result, "usage"), result.get("total_cost_usd")
    dollars = float(cost) if isinstance(cost, int | float) else None
    yield Spent(count(usage, "input_tokens"), count(usage, "output_tokens"), dollars)


def _code(result: dict[str, Any]) -> ErrorCode:
    status = result.get("api_error_status")
    if isinstance(status, int):
        away = status == _OVERLOADED or status >= _SERVER_FAULT
        return ErrorCode.PROVIDER_UNHEALTHY if away else ErrorCode.PROVIDER_FAILED
    if result.get("terminal_reason") in {"prompt_too_long", "blocking_limit"}:
        return ErrorCode.PROVIDER_CAPABILITY_MISMATCH
    if result.get("terminal_reason") == "api_error":
        return classify(text(result, "result"), otherwise=ErrorCode.PROVIDER_FAILED)
    return classify(text(result, "result"))


def _reason(result: dict[str, Any]) -> str:
    return text(result, "result") or text(result, "terminal_reason") or text(result, "subtype")
