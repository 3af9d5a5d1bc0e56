"""Puts events into words for Telegram: the pure functions of `render` as one object."""

from collections.abc import Sequence
from datetime import timedelta

from agent.adapters.telegram.render import approvals, levers, runs, standing
from agent.domain.approval import Approval
from agent.domain.breaker import BreakerName, State
from agent.domain.recovery import Action
from agent.domain.run import Run
from agent.domain.turn import Turn
from agent.ports import Words


class TelegramPresenter:
    """Keeps `ports.Presenter`."""

    def queued(self, run: Run, turn: Turn, notice: str) -> Words:
        return runs.queued(run, turn, notice)

    def progress(self, run: Run, lines: Sequence[str], took: timedelta, silent: timedelta) -> Words:
        return runs.progress(run, lines, took, silent)

    def ended(self, run: Run, actions: Sequence[Action]) -> Words:
        return runs.ended(run, actions)

    def put_away(self, run: Run) -> Words:
        return runs.put_away(run)

    def approval(self, approval: Approval, objection: str, run: Run | None = None) -> Words:
        return approvals.approval(approval, objection, run)

    def lever(self, action: str, detail: str, by: int) -> Words:
        return levers.pulled(action, detail, by)

    def held_up(self, waiting: int) -> Words:
        return standing.held_up(waiting)

    def held_up_no_more(self, waiting: int) -> Words:
        return standing.held_up_no_more(waiting)

    def breaker(self, name: BreakerName, state: State) -> Words:
        return standing.breaker(name, state)
