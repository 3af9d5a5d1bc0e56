"""A run that failed, in words: what exactly, in the CLI's own last words, and the one thing that helps best.

What else can be done stands on the buttons, and is not said twice.
"""

from typing import Final

from agent.adapters.telegram.render.html import block, code, joined, line
from agent.domain.error_codes import CATALOG, ErrorCode
from agent.domain.run import Run

_WORDS: Final = 700
_KEPT: Final = "/diff shows what it has changed so far."

HELPS: Final = {
    ErrorCode.POLICY_BLOCKED: "/status shows what holds it back.",
    ErrorCode.EXEC_TIMEOUT: f"Ask for a smaller step. {_KEPT}",
    ErrorCode.CLI_NOT_FOUND: "An admin has to install it where the agent runs.",
    ErrorCode.CODEX_EXIT_NONZERO: _KEPT,
    ErrorCode.PROVIDER_UNHEALTHY: "Wait some minutes: that is the model's side, and usually passes.",
    ErrorCode.PROVIDER_FAILED: "An admin has to look at the model API's key and quota.",
    ErrorCode.PROVIDER_CAPABILITY_MISMATCH: "Begin afresh with /new: the conversation may have grown too long.",
    ErrorCode.RUN_CANCELLED: _KEPT,
    ErrorCode.HANDOFF_UNAVAILABLE: "Wait a minute, then send it again.",
    ErrorCode.INVALID_AGENT_CONFIG: "An admin has to correct the profile.",
    ErrorCode.UNKNOWN: _KEPT,
}
"""What helps best, by what went wrong; never what a button offers."""


def failure(title: str, run: Run, asked: str) -> str:
    """The whole text under a title that names what went wrong; the fact comes first, what was asked for last."""
    error = run.error or ErrorCode.UNKNOWN
    said = block(run.detail, _WORDS) or line(CATALOG[error].message)
    return joined(title, said, f"{code(error)} {HELPS[error]}", asked)
