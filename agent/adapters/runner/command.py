"""The dialect of any command: its lines are what it says, its exit code is how it ended."""

from collections import deque
from collections.abc import Iterator
from typing import Final

from agent.adapters.runner.dialect import last_line
from agent.domain.activity import Activity, Failure, Said, Success, Verdict
from agent.domain.error_codes import ErrorCode
from agent.errors import LaunchError
from agent.ports import Order

PLACE: Final = "{prompt}"
_KEPT_LINES: Final = 40
_LONGEST_LINE: Final = 4000


class CommandSpeech:
    """Keeps `dialect.Speech`. Without a place for the prompt, it comes last."""

    def command(self, order: Order) -> tuple[str, ...]:
        if order.read_only:  # queued before the agents were told to only recommend
            raise LaunchError("Agents only recommend now, which a command cannot.")
        arguments = (*order.profile.launcher, *order.profile.arguments)
        if not any(PLACE in argument for argument in arguments):
            return (order.profile.program, *arguments, order.prompt)
        return (order.profile.program, *(argument.replace(PLACE, order.prompt) for argument in arguments))

    def reading(self, order: Order) -> "CommandReading":
        return CommandReading()


class CommandReading:
    """Keeps `dialect.Reading`."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)

    @property
    def is_over(self) -> bool:
        return False

    def line(self, line: str) -> Iterator[Activity]:
        if line:
            self._lines.append(line[:_LONGEST_LINE])
            yield Said(line[:_LONGEST_LINE])

    def verdict(self, exit_code: int, complaint: str) -> Verdict:
        if exit_code == 0:
            return Success("\n".join(self._lines))
        detail = last_line(complaint) or (self._lines[-1] if self._lines else f"exit code {exit_code}")
        return Failure(ErrorCode.CODEX_EXIT_NONZERO, detail, exit_code)
