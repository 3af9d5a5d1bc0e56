"""A profile: which CLI a prompt is run with, how, and what it may do without asking."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agent.domain.approval import Scope


class Dialect(StrEnum):
    """How a CLI is called and what its output means."""

    CODEX = "codex"
    CLAUDE = "claude"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One way to run prompts.

    Attributes:
        program: what is started; for `command`, its first word.
        launcher: words between the program and what the dialect says, where the CLI is a script of that program.
        arguments: further arguments before the prompt. For `command`, `{prompt}` marks the prompt's place.
        environment: names of variables that the CLI inherits, beside the few that every process needs.
        gate: the approval that every run needs before it starts, or None.
        tools_ask: whether tool calls wait for an approval, where the dialect can.
        idle_seconds: silence after which the CLI is taken for hung.
        timeout_seconds: the longest that a run may take.
    """

    name: str
    dialect: Dialect
    program: str
    launcher: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    gate: Scope | None = None
    tools_ask: bool = False
    idle_seconds: float = 600.0
    timeout_seconds: float = 3600.0


DEFAULT: Final = "default"
"""The profile that sessions start with and that recovery falls back to."""
