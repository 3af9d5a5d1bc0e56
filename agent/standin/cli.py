"""Which CLI to be, and what to do when somebody ends it."""

import os
import signal
from collections.abc import Sequence
from types import FrameType
from typing import Final

from agent.standin.ending import Ended, Usage
from agent.standin.stream import complain

_AFTER_TERM: Final = 143
_AFTER_INTERRUPT: Final = {"codex": 1, "claude": 130}


def main(arguments: Sequence[str]) -> int:
    """Be the CLI that the first argument names; its exit code."""
    if not arguments or arguments[0] not in _AFTER_INTERRUPT:
        complain("usage: python -m agent.standin codex|claude ...")
        return 2
    name, *rest = arguments
    _listen(signal.SIGTERM, _AFTER_TERM)
    _listen(signal.SIGINT, _AFTER_INTERRUPT[name])
    try:
        return _run(name, rest)
    except Usage as wrong:
        complain(str(wrong))
        return wrong.code
    except Ended as ended:
        return ended.code


def _run(name: str, arguments: Sequence[str]) -> int:
    if name == "codex":
        from agent.standin.codex.cli import codex  # noqa: PLC0415 - only the CLI that is asked for is loaded

        return codex(arguments)
    from agent.standin.claude.cli import claude  # noqa: PLC0415 - as above

    return claude(arguments)


def _listen(number: signal.Signals, code: int) -> None:
    def leave(_number: int, _frame: FrameType | None) -> None:
        os._exit(code)

    signal.signal(number, leave)
