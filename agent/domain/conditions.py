"""What counts as a failure for each breaker: yes, no, or says nothing.

The documents' conditions, with two of their faults mended: both CLIs exit with 1 on an API outage, so what the CLI said
comes before its exit code; and a 429 is pacing, until it asks for more patience than anybody has.
"""

from enum import Enum, auto
from typing import Final, assert_never

from agent.domain.activity import Deferred, Failure, Stopped, Success, Verdict
from agent.domain.delivery import Delivered, Delivery, Gone, Paced, Refused, Uncertain, Unchanged, Unreachable
from agent.domain.error_codes import ErrorCode

LONGEST_PAUSE_SECONDS: Final = 60.0
"""A 429 that asks for more than this counts as an outage."""

GIT_FATAL: Final = 128
_MAYBE_NORMAL: Final = frozenset({0, 1})
_API_FAULTS: Final = frozenset({ErrorCode.PROVIDER_UNHEALTHY, ErrorCode.PROVIDER_FAILED, ErrorCode.EXEC_TIMEOUT})
_OUR_FAULTS: Final = frozenset({ErrorCode.CLI_NOT_FOUND, ErrorCode.INVALID_AGENT_CONFIG, ErrorCode.POLICY_BLOCKED})


class Sign(Enum):
    """What an outcome tells a breaker."""

    GOOD = auto()
    BAD = auto()
    NONE = auto()


def of_cli(verdict: Verdict) -> Sign:
    """For `claude_code`: API faults, time-outs, SIGKILL and exit codes but 1."""
    match verdict:
        case Success() | Deferred():
            return Sign.GOOD
        case Stopped():
            return Sign.NONE
        case Failure(code=code) if code in _API_FAULTS:
            return Sign.BAD
        case Failure(code=code) if code in _OUR_FAULTS:
            return Sign.NONE
        case Failure(exit_code=exit_code):
            return Sign.NONE if exit_code is None or exit_code in _MAYBE_NORMAL else Sign.BAD
        case _:
            assert_never(verdict)


def of_telegram(delivery: Delivery) -> Sign:
    """For `telegram_api`: no answer, an answer in the 500s, or an order to be silent for long."""
    match delivery:
        case Delivered() | Unchanged() | Refused() | Gone():  # a refusal is a healthy answer
            return Sign.GOOD
        case Unreachable() | Uncertain():
            return Sign.BAD
        case Paced(seconds=seconds):
            return Sign.BAD if seconds > LONGEST_PAUSE_SECONDS else Sign.NONE
        case _:
            assert_never(delivery)


def of_git(exit_code: int | None) -> Sign:
    """For `git_operations`: exit code 128, or no answer in time (None)."""
    if exit_code is None or exit_code == GIT_FATAL:
        return Sign.BAD
    return Sign.GOOD if exit_code == 0 else Sign.NONE
