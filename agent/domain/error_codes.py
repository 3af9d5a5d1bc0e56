"""The eleven error codes, each with what to call it and what to tell the person who asked for the run."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ErrorCode(StrEnum):
    """Why a run did not complete. The set is closed: other systems and a metric label rely on it."""

    POLICY_BLOCKED = "ERR_POLICY_BLOCKED"
    EXEC_TIMEOUT = "ERR_EXEC_TIMEOUT"
    CLI_NOT_FOUND = "ERR_CLI_NOT_FOUND"
    CODEX_EXIT_NONZERO = "ERR_CODEX_EXIT_NONZERO"
    PROVIDER_UNHEALTHY = "ERR_PROVIDER_UNHEALTHY"
    PROVIDER_FAILED = "ERR_PROVIDER_FAILED"
    PROVIDER_CAPABILITY_MISMATCH = "ERR_PROVIDER_CAPABILITY_MISMATCH"
    RUN_CANCELLED = "ERR_RUN_CANCELLED"
    HANDOFF_UNAVAILABLE = "ERR_HANDOFF_UNAVAILABLE"
    INVALID_AGENT_CONFIG = "ERR_INVALID_AGENT_CONFIG"
    UNKNOWN = "ERR_UNKNOWN"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A title for lists and a sentence or two for people."""

    title: str
    message: str


CATALOG: Final = {
    ErrorCode.POLICY_BLOCKED: Explanation(
        "Blocked by policy",
        "An approval was denied or ran out, or containment forbids this. What was done before is in the worktree.",
    ),
    ErrorCode.EXEC_TIMEOUT: Explanation(
        "Timed out",
        "The CLI went silent or took longer than it may, and was ended. Its work so far is in the worktree.",
    ),
    ErrorCode.CLI_NOT_FOUND: Explanation(
        "CLI not installed",
        "The profile's program is not on this machine. Install it or choose another profile.",
    ),
    ErrorCode.CODEX_EXIT_NONZERO: Explanation(
        "CLI ended with an error", "The CLI gave up by itself. The end of its output usually says why."
    ),
    ErrorCode.PROVIDER_UNHEALTHY: Explanation(
        "Model API unavailable", "The model API did not answer or was overloaded. Runs wait until it recovers."
    ),
    ErrorCode.PROVIDER_FAILED: Explanation(
        "Model API refused", "The model API answered with an error, such as a wrong key or a used-up quota."
    ),
    ErrorCode.PROVIDER_CAPABILITY_MISMATCH: Explanation(
        "Profile cannot do this", "The profile's CLI lacks something that the run needs. Choose another profile."
    ),
    ErrorCode.RUN_CANCELLED: Explanation("Cancelled", "Somebody cancelled the run, or its session was closed."),
    ErrorCode.HANDOFF_UNAVAILABLE: Explanation(
        "Nobody to take over", "The agent that should have carried on with this run was not available."
    ),
    ErrorCode.INVALID_AGENT_CONFIG: Explanation(
        "Profile misconfigured", "The profile or its command line is not valid. An admin has to correct it."
    ),
    ErrorCode.UNKNOWN: Explanation(
        "Interrupted or unknown",
        "The run ended for a reason that the agent cannot name, such as a restart in the middle.",
    ),
}
