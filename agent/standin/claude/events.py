"""The JSON lines of `claude -p --output-format stream-json`."""

import json
import os
import time
from dataclasses import asdict
from typing import Any, Final

from agent.standin import doing
from agent.standin.claude.gate import Gate, ToolUse, Verdict
from agent.standin.dialect import Progress
from agent.standin.ending import Ended
from agent.standin.sessions import Session, Sessions, new_identifier
from agent.standin.stream import Stream, tell
from agent.standin.wording import phrase

MODEL: Final = "claude-standin-1"
_TOOLS: Final = ("Bash", "Edit", "Read", "Write")
_COST: Final = 0.0125
_TOKENS: Final = 1200
_BOUNDS: Final = {"max_turns": "error_max_turns", "budget_exhausted": "error_max_budget_usd"}


class Claude:
    """One run of `claude -p`."""

    def __init__(self, stream: Stream, session: Session, sessions: Sessions, gate: Gate) -> None:
        self.stream = stream
        self.progress = Progress()
        self.session = session
        self.form = "stream-json"
        self._sessions = sessions
        self._gate = gate
        self._began = time.monotonic()
        self._denials: list[dict[str, Any]] = []

    def begin(self, prompt: str) -> None:
        """Who runs, where, with which tools."""
        self.session.input_tokens += _TOKENS + len(prompt) // 4
        self._sessions.keep(self.session)
        self._event(
            "system",
            subtype="init",
            cwd=os.getcwd(),  # noqa: PTH109 - as given, links kept
            tools=list(_TOOLS),
            mcp_servers=[],
            model=MODEL,
            permissionMode=self._gate.mode,
            slash_commands=[],
            apiKeySource="none",
            claude_code_version="2.1.240",
            output_style="default",
        )

    def take_up_deferred(self) -> bool:
        """The tool call that waited: the hook is asked again about the same one. Whether it was made."""
        use, denied = ToolUse(**self.session.deferred), len(self._denials)
        self.session.deferred = {}
        rest, self.session.rest = self.session.rest, []
        self._decide(use, None, rest)
        self.session.rest = rest
        return len(self._denials) == denied

    def say(self, text: str) -> None:
        """A text of the assistant; the last one is the result."""
        self.progress.said = text
        self._assistant({"type": "text", "text": text})

    def think(self, text: str) -> None:
        """A block of thinking."""
        self._assistant({"type": "thinking", "thinking": text, "signature": ""})

    def tool(self, command: str, output: str | None = None) -> None:
        """A Bash call."""
        self._use(ToolUse(_tool_id(), "Bash", {"command": command, "description": "Run a command"}), output)

    def edit(self, file: str, text: str) -> None:
        """A Write call."""
        self._use(ToolUse(_tool_id(), "Write", {"file_path": os.path.abspath(file), "content": text}))  # noqa: PTH100

    def ask(self, command: str) -> None:
        """A Bash call that is on no list."""
        self.tool(command)

    def lines(self, first: int, count: int) -> None:
        """Small texts."""
        numbers = range(first, first + count)
        self.stream.events(self._message({"type": "text", "text": f"line {number}"}) for number in numbers)
        self.progress.said = f"line {first + count - 1}"

    def unknown(self) -> None:
        """A new event and a new content block."""
        self._event("daydream", about=["electric", "sheep"])
        self._assistant({"type": "hologram", "nested": [1, 2, 3]})

    def reconnect(self, times: int) -> None:
        """Retries that succeed."""
        for attempt in range(1, times + 1):
            self._event("system", subtype="api_retry", attempt=attempt, max_retries=10, error_status=529)

    def outage(self, status: int) -> int:
        """An error under the subtype of success, as the real one has it."""
        text = f"API Error: {status} {phrase(status)}"
        self._assistant({"type": "text", "text": text})
        return self._result(text, is_error=True, terminal_reason="api_error", api_error_status=status)

    def stop(self, reason: str) -> int:
        """A bound was reached."""
        subtype = _BOUNDS.get(reason, "error_during_execution")
        return self._result("", subtype=subtype, is_error=True, terminal_reason=reason, errors=[reason])

    def fail(self, message: str) -> int:
        """The run broke."""
        subtype = "error_during_execution"
        return self._result("", subtype=subtype, is_error=True, terminal_reason="error", errors=[message])

    def done(self) -> int:
        """The result."""
        return self._result(self.progress.said or "Done.")

    def _use(self, use: ToolUse, output: str | None = None) -> None:
        self._assistant({"type": "tool_use", "id": use.identifier, "name": use.name, "input": use.given})
        self._decide(use, output, [str(step) for step in self.progress.rest])

    def _decide(self, use: ToolUse, output: str | None, rest: list[str]) -> None:
        answer = self._gate.judge(use, self.session.identifier)
        if answer.verdict is Verdict.DEFER:
            self._defer(use, rest)
        if answer.verdict is Verdict.DENY:
            self._deny(use, answer.reason)
            return
        self.progress.wrote = True
        text, failed = _performed(use, output)
        self._tool_result(use, text, is_error=failed)

    def _defer(self, use: ToolUse, rest: list[str]) -> None:
        self.session.deferred, self.session.rest = asdict(use), rest
        call = {"id": use.identifier, "name": use.name, "input": use.given}
        reason = "tool_deferred"
        raise Ended(self._result("", stop_reason=reason, terminal_reason=reason, deferred_tool_use=call))

    def _deny(self, use: ToolUse, reason: str) -> None:
        self.progress.wrote = False
        self._denials.append({"tool_name": use.name, "tool_use_id": use.identifier, "tool_input": use.given})
        self._tool_result(use, reason or "The hook denied this tool call.", is_error=True)

    def _tool_result(self, use: ToolUse, text: str, *, is_error: bool) -> None:
        block = {"tool_use_id": use.identifier, "type": "tool_result", "content": text, "is_error": is_error}
        self._event("user", message={"role": "user", "content": [block]}, parent_tool_use_id=None)

    def _assistant(self, block: dict[str, Any]) -> None:
        self.session.output_tokens += 1 + len(str(block.get("text", ""))) // 4
        self.stream.event(self._message(block))

    def _message(self, block: dict[str, Any]) -> dict[str, Any]:
        message = {
            "id": f"msg_{new_identifier()[:8]}",
            "type": "message",
            "role": "assistant",
            "model": MODEL,
            "content": [block],
            "stop_reason": None,
            "usage": self._usage(),
        }
        rest = {"parent_tool_use_id": None, "session_id": self.session.identifier, "uuid": new_identifier()}
        return {"type": "assistant", "message": message, **rest}

    def _event(self, kind: str, **content: Any) -> None:  # noqa: ANN401 - JSON
        rest = {"session_id": self.session.identifier, "uuid": new_identifier()}
        self.stream.event({"type": kind, **content, **rest})

    def _result(self, text: str, **more: Any) -> int:  # noqa: ANN401 - JSON
        self.session.turns += 1
        self._sessions.keep(self.session)
        body = self._usual(text) | more
        self._event("result", **body)
        if self.form == "json":
            whole = {"type": "result", **body, "session_id": self.session.identifier}
            self.stream.raw(json.dumps(whole) + "\n")
        if self.form == "text":
            tell(text or "; ".join(body.get("errors", ())))
        return 1 if body["is_error"] else 0

    def _usual(self, text: str) -> dict[str, Any]:
        milliseconds = int((time.monotonic() - self._began) * 1000)
        usage = self._usage()
        return {
            "subtype": "success",
            "is_error": False,
            "duration_ms": milliseconds,
            "duration_api_ms": milliseconds,
            "num_turns": self.session.turns,
            "result": text,
            "stop_reason": "end_turn",
            "terminal_reason": "completed",
            "total_cost_usd": _COST,
            "usage": usage,
            "modelUsage": {MODEL: {"inputTokens": usage["input_tokens"], "outputTokens": usage["output_tokens"]}},
            "permission_denials": self._denials,
        }

    def _usage(self) -> dict[str, int]:
        used = {"input_tokens": self.session.input_tokens, "output_tokens": self.session.output_tokens}
        return used | {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}


def _performed(use: ToolUse, output: str | None) -> tuple[str, bool]:
    if output is not None:
        return output, False
    if use.name == "Bash":
        text, code = doing.run(str(use.given["command"]))
        return text, code != 0
    try:
        existed = doing.append(str(use.given["file_path"]), str(use.given["content"]))
    except OSError as error:
        return str(error), True
    verb = "updated" if existed else "created"
    return f"File {verb} successfully at: {use.given['file_path']}", False


def _tool_id() -> str:
    return "toolu_" + new_identifier().replace("-", "")[:24]
