"""How a run ends, with all that follows: session, questions, recovery trail, alert, and the message in the chat."""

from typing import Final

from agent.domain.alert import Category
from agent.domain.approval import withdrawn
from agent.domain.error_codes import ErrorCode
from agent.domain.events import (
    ApprovalDenied,
    EventName,
    RecoveryNoted,
    RunCancelled,
    RunCompleted,
    RunFailed,
    SessionChanged,
    TrailChecked,
)
from agent.domain.recovery import Action, Stage, options
from agent.domain.run import Run, RunState, cancelled, completed, failed
from agent.domain.session import following, remembering
from agent.services.alerts import Alerts
from agent.services.journal import Writing
from agent.services.voice import Voice

_TRAIL: Final = frozenset(EventName(f"recovery.{stage}") for stage in Stage)


class Endings:
    """The only place where runs end."""

    def __init__(self, alerts: Alerts, voice: Voice) -> None:
        self._alerts = alerts
        self._voice = voice

    async def complete(self, writing: Writing, run: Run, summary: str) -> Run:
        """It did what it was asked."""
        ended = completed(run, summary, writing.now)
        await writing.tell(RunCompleted(ended.id, ended.project_id, ended.elapsed, ended.worked))
        return await self._end(writing, ended)

    async def fail(self, writing: Writing, run: Run, error: ErrorCode, detail: str) -> Run:
        """It went wrong; what can be done about it is written down and offered."""
        ended = failed(run, error, detail, writing.now)
        await writing.tell(RunFailed(ended.id, ended.project_id, error, ended.elapsed, ended.worked))
        offered = ", ".join(action.remedy for action in options(error))
        await writing.tell(RecoveryNoted(ended.id, Stage.ATTEMPTED, f"offered: {offered}"))
        timeline = await writing.records.timeline.of_run(ended.id)
        await writing.tell(TrailChecked(ended.id, any(moment.event in _TRAIL for moment in timeline)))
        await self._alerts.enter(writing, Category.RUN_FAILED, ended, error)
        return await self._end(writing, ended)

    async def cancel(self, writing: Writing, run: Run, error: ErrorCode, detail: str) -> Run:
        """A person ended it."""
        ended = cancelled(run, error, detail, writing.now)
        await writing.tell(RunCancelled(ended.id, ended.project_id, error, ended.elapsed, ended.worked))
        return await self._end(writing, ended)

    async def follow(self, writing: Writing, run: Run) -> None:
        """Let the session follow its run."""
        session = await writing.records.sessions.get(run.session_id)
        if session is None:
            return
        changed = following(session, await _states(writing, run), writing.now)
        if run.resume_token:
            changed = remembering(changed, run)
        await writing.records.sessions.save(changed)
        if changed.state is not session.state:
            await writing.tell(SessionChanged(session.id, session.project_id, changed.state))

    async def _end(self, writing: Writing, run: Run) -> Run:
        await writing.records.runs.save(run)
        await self._withdraw_questions(writing, run)
        await self.follow(writing, run)
        await self._close_recovery(writing, run)
        await self._voice.ended(writing, run, await _offered(writing, run))
        return run

    async def _withdraw_questions(self, writing: Writing, run: Run) -> None:
        for approval in await writing.records.approvals.of_run(run.id):
            if approval.is_pending:
                ended = withdrawn(approval, writing.now)
                await writing.records.approvals.save(ended)
                await writing.tell(ApprovalDenied(ended.id, run.id, ended.scope, None))
                await self._voice.approval(writing, run, ended)

    async def _close_recovery(self, writing: Writing, run: Run) -> None:
        if run.retry_of:
            stage = Stage.COMPLETED if run.state is RunState.COMPLETED else Stage.FAILED
            await writing.tell(RecoveryNoted(run.retry_of, stage, f"retried as {run.id}"))


async def _states(writing: Writing, run: Run) -> set[RunState]:
    """Of the run and of those beside it in its session that are at work or wait for an answer."""
    busy = await writing.records.runs.in_state(RunState.RUNNING, RunState.WAITING_APPROVAL)
    return {run.state, *(each.state for each in busy if each.session_id == run.session_id and each.id != run.id)}


async def _offered(writing: Writing, run: Run) -> tuple[Action, ...]:
    """What can be done about an end that nobody hoped for; nothing once the run's session takes no more prompts."""
    session = await writing.records.sessions.get(run.session_id)
    if run.error is None or (run.state is RunState.CANCELLED and session is not None and not session.is_open):
        return ()
    return options(run.error)
