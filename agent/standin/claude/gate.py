"""Whether a tool may be used: the hooks first, then what the command line allows. In `-p` nobody can be asked."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from agent.standin.claude.settings import Hook
from agent.standin.doing import READ_ONLY

_BLOCK: Final = 2
_EDITS: Final = ("Edit", "Write")


class Verdict(StrEnum):
    """What becomes of a tool call; the first of several wins."""

    DENY = "deny"
    DEFER = "defer"
    ASK = "ask"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One tool call."""

    identifier: str
    name: str
    given: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict and why."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """The permissions of one run."""

    mode: str
    allowed: Sequence[str]
    disallowed: Sequence[str]
    hooks: Sequence[Hook]

    def judge(self, use: ToolUse, session_id: str) -> Answer:
        """The verdict on a tool call."""
        answers = [_asked(hook, use, session_id, self.mode) for hook in self.hooks if _matches(hook.matcher, use.name)]
        for verdict in Verdict:
            found = next((answer for answer in answers if answer and answer.verdict is verdict), None)
            if found and verdict is not Verdict.ASK:
                return found
            if found:
                return _ungranted(use)
        return Answer(Verdict.ALLOW) if self._granted(use) else _ungranted(use)

    def _granted(self, use: ToolUse) -> bool:
        if any(_covers(rule, use) for rule in self.disallowed):
            return False
        if self.mode == "bypassPermissions" or any(_covers(rule, use) for rule in self.allowed):
            return True
        if use.name in _EDITS:
            return self.mode == "acceptEdits"
        return use.name == "Bash" and str(use.given["command"]).split(" ")[0] in READ_ONLY


def _ungranted(use: ToolUse) -> Answer:
    reason = f"Claude requested permissions to use {use.name}, but you haven't granted it yet."
    return Answer(Verdict.DENY, reason)


def _matches(matcher: str, name: str) -> bool:
    return matcher in ("", "*") or re.fullmatch(matcher, name) is not None


def _covers(rule: str, use: ToolUse) -> bool:
    name, _, pattern = rule.partition("(")
    if name != use.name:
        return False
    wanted = pattern.removesuffix(")")
    command = str(use.given.get("command", ""))
    return not wanted or command == wanted or (wanted.endswith("*") and command.startswith(wanted.rstrip(":*")))


def _asked(hook: Hook, use: ToolUse, session_id: str, mode: str) -> Answer | None:
    import subprocess  # noqa: PLC0415 - a third of the start, and most runs have no hook

    event = {
        "session_id": session_id,
        "transcript_path": "",
        "cwd": str(Path.cwd()),
        "permission_mode": mode,
        "hook_event_name": "PreToolUse",
        "tool_name": use.name,
        "tool_input": use.given,
        "tool_use_id": use.identifier,
    }
    environment = os.environ | {"CLAUDE_PROJECT_DIR": str(Path.cwd())}
    try:
        ended = subprocess.run(  # noqa: S602 - hooks are shell commands by definition
            hook.command,
            shell=True,
            check=False,
            input=json.dumps(event),
            capture_output=True,
            text=True,
            timeout=hook.seconds,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return None
    return _understood(ended.returncode, ended.stdout, ended.stderr)


def _understood(code: int, output: str, errors: str) -> Answer | None:
    if code == _BLOCK:
        return Answer(Verdict.DENY, errors.strip())
    try:
        said = json.loads(output) if code == 0 else {}
        decision = said.get("hookSpecificOutput", {})
        reason = str(decision.get("permissionDecisionReason", ""))
        return Answer(Verdict(decision["permissionDecision"]), reason)
    except (ValueError, KeyError, AttributeError):
        return None
