"""Asks the git breaker before git is asked, and tells it how that went."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from agent.domain.breaker import BreakerName
from agent.domain.conditions import Sign, of_git
from agent.errors import WorktreeError
from agent.services.breakers import Breakers

T = TypeVar("T")


class GitGuard:
    """One way to git for everybody."""

    def __init__(self, breakers: Breakers) -> None:
        self._breakers = breakers

    async def run(self, operation: Callable[[], Awaitable[T]]) -> T:
        """The operation's result. Raises `WorktreeError`, also when git has failed too often lately to be asked."""
        if not await self._breakers.admit(BreakerName.GIT_OPERATIONS):
            raise WorktreeError(
                "Git has failed several times in a row; it is left alone for half a minute.", exit_code=1
            )
        sign = Sign.NONE
        try:
            result = await operation()
            sign = Sign.GOOD
        except WorktreeError as error:
            sign = of_git(error.exit_code)
            raise
        finally:
            await self._breakers.report(BreakerName.GIT_OPERATIONS, sign)
        return result
