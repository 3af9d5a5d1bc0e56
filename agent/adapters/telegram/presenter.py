"""Puts events into words for Telegram: the pure functions of `render` as one object."""

from collections.abc import Sequence

from agent.adapters.telegram.render import approvals, runs, standing
from agent.domain.approval import Approval
from agent.domain.breaker import BreakerName, State
from agent.domain.recovery import Action
from agent.domain.run import Run
from agent.ports import Words


class TelegramPresenter:
    """Keeps `ports.Presenter`."""

    def queued(self, run: Run, position: int, notice: str) -> Words:
        return runs.queued(run, position, notice)

    def progress(self, run: Run, lines: Sequence[str]) -> Words:
        return runs.progress(run, lines)

    def ended(self, run: Run, actions: Sequence[Action]) -> Words:
        return runs.ended(run, actions)

    def put_away(self, run: Run) -> Words:
        return runs.put_away(run)

    def approval(self, approval: Approval, objection: str) -> Words:
        return approvals.approval(approval, objection)

    def breaker(self, name: BreakerName, state: State) -> Words:
        return standing.breaker(name, state)
