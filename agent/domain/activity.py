"""What an agent CLI reports while it works, whatever its dialect, and how it ended."""

from dataclasses import dataclass
from typing import TypeAlias

from agent.domain.approval import Scope
from agent.domain.error_codes import ErrorCode


@dataclass(frozen=True, slots=True)
class Opened:
    """The conversation has a name by which it can be resumed."""

    resume_token: str


@dataclass(frozen=True, slots=True)
class Said:
    """A text from the model to the person."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolBegan:
    """The model started to use a tool."""

    tool: str
    detail: str


@dataclass(frozen=True, slots=True)
class ToolEnded:
    """The tool came back."""

    tool: str
    detail: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Spent:
    """What the run has cost so far."""

    input_tokens: int
    output_tokens: int
    dollars: float | None = None


@dataclass(frozen=True, slots=True)
class Success:
    """It did what it was asked, and says so."""

    summary: str


@dataclass(frozen=True, slots=True)
class Failure:
    """It went wrong.

    Attributes:
        code: as classified, by what the CLI said first and by its exit code second.
        detail: one sentence for a person.
        exit_code: negative for a signal, None when it never started.
    """

    code: ErrorCode
    detail: str
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """We ended it because somebody asked us to."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """It ended so that a person can decide about a tool call; the conversation resumes with the answer."""

    tool: str
    tool_use_id: str
    detail: str
    scope: Scope


Verdict: TypeAlias = Success | Failure | Stopped | Deferred
Activity: TypeAlias = Opened | Said | ToolBegan | ToolEnded | Spent
