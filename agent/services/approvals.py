"""Questions and answers: a run asks, a person decides in time, or nobody does."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from agent.domain.alert import Category
from agent.domain.approval import (
    Approval,
    ApprovalState,
    Risk,
    Scope,
    decided,
    escalated,
    expired,
    grant,
    granted,
    postponed,
)
from agent.domain.audit import AGENT
from agent.domain.breaker import BreakerName, Open
from agent.domain.containment import objection, passing
from agent.domain.error_codes import ErrorCode
from agent.domain.events import ApprovalApproved, ApprovalDenied, ApprovalExpired, ApprovalRequested, RunWaiting
from agent.domain.run import Run, RunState, let_through, waiting
from agent.errors import Conflict, NotFound
from agent.ports import Ids
from agent.services.alerts import Alerts
from agent.services.breakers import Breakers
from agent.services.endings import Endings
from agent.services.journal import Journal, Writing
from agent.services.voice import Voice

OVERDUE: Final = timedelta(minutes=15)
"""How long a question may wait before it can be escalated, as AgentOS has it."""

GRANTED_FOR: Final = timedelta(hours=1)
"""How long a yes for a session counts."""


@dataclass(frozen=True, slots=True)
class Terms:
    """In whose name is asked, and for how long."""

    organization: str = "local"
    ttl: timedelta = timedelta(hours=1)


class Approvals:
    """The gate. A run that waits here holds no process, so that a question survives everything."""

    def __init__(  # noqa: PLR0913, PLR0917 - its neighbours
        self,
        journal: Journal,
        ids: Ids,
        endings: Endings,
        voice: Voice,
        alerts: Alerts,
        breakers: Breakers,
        terms: Terms,
    ) -> None:
        self._journal = journal
        self._ids = ids
        self._endings = endings
        self._voice = voice
        self._alerts = alerts
        self._breakers = breakers
        self._terms = terms

    async def request(  # noqa: PLR0913, PLR0917 - what a question consists of
        self, writing: Writing, run: Run, scope: Scope, question: str, tool: str = "", tool_use_id: str = ""
    ) -> Run:
        """Let the run wait for an answer, unless its session has one already; answers the run."""
        asked = Approval(
            id=self._ids.short(),
            run_id=run.id,
            session_id=run.session_id,
            project_id=run.project_id,
            organization=self._terms.organization,
            scope=scope,
            question=question,
            requested_at=writing.now,
            expires_at=writing.now + self._terms.ttl,
            tool=tool,
            tool_use_id=tool_use_id,
        )
        paused = waiting(run, writing.now)
        await writing.records.approvals.add(asked)
        await writing.records.runs.save(paused)
        await writing.tell(ApprovalRequested(asked.id, run.id, scope))
        await writing.tell(RunWaiting(run.id, run.project_id))
        session = await writing.records.sessions.get(run.session_id)
        levers = await writing.records.controls.containment()
        standing = granted(session.allowed_scopes, writing.now) if session else {}
        why = passing(levers, scope, standing) if not objection(levers, asked) else ""
        if why:
            await writing.audit(AGENT, "job.let_through", run.id, f"{asked.id} {scope}: {why}")
            return await self._let_through(writing, paused, decided(asked, yes=True, by=AGENT, now=writing.now))
        await self._endings.follow(writing, paused)
        await self._voice.approval(writing, paused, asked)
        await self._alerts.enter(writing, Category.TOOL_APPROVAL_REQUESTED, paused)
        return paused

    async def decide(
        self, writing: Writing, approval_id: str, *, yes: bool, by: int, for_session: bool = False
    ) -> Approval:
        """A person's answer. Raises `NotFound` or `Conflict` when there is nothing to answer, or not like this."""
        asked = await writing.records.approvals.get(approval_id)
        run = await writing.records.runs.get(asked.run_id) if asked else None
        if asked is None or run is None:
            raise NotFound(f"There is no approval {approval_id}.")
        if yes and (why_not := await self._objection(writing, asked)):
            raise Conflict(why_not)
        if yes and for_session and asked.risk is Risk.HIGH:
            raise Conflict(f"High risk is approved one at a time: /approve {asked.id} says yes to this once.")
        answered = decided(asked, yes=yes, by=by, now=writing.now)
        if yes and for_session:
            await self._allow_for_session(writing, answered)
        if yes:
            await self._let_through(writing, run, answered)
        else:
            await self._turn_away(writing, run, answered)
        await writing.audit(by, f"job.{'approved' if yes else 'denied'}", run.id, f"{asked.id} {asked.scope}")
        return answered

    async def expire_due(self) -> int:
        """End the questions whose time is over; answers how many. While Telegram is away nobody's time runs out."""
        away = isinstance(self._breakers.state(BreakerName.TELEGRAM_API), Open)
        async with self._journal.writing() as writing:
            due = [each for each in await writing.records.approvals.pending() if each.is_due(writing.now)]
            for asked in due:
                if away:
                    await writing.records.approvals.save(postponed(asked, writing.now + self._terms.ttl))
                else:
                    await self._expire(writing, asked)
        return 0 if away else len(due)

    async def ask_again(self) -> int:
        """Post every open question anew, at boot: the buttons of a tap that came while we were down are dead."""
        async with self._journal.writing() as writing:
            pending = await writing.records.approvals.pending()
            for asked in pending:
                run = await writing.records.runs.get(asked.run_id)
                if run is not None:
                    await self._voice.approval(writing, run, asked, anew=True)
        return len(pending)

    async def show_again(self, writing: Writing) -> None:
        """Let every open question say what can be answered now, after a lever was pulled."""
        for asked in await writing.records.approvals.pending():
            run = await writing.records.runs.get(asked.run_id)
            if run is not None:
                await self._voice.approval(writing, run, asked)

    async def escalate_overdue(self, writing: Writing) -> int:
        """Ask once more, so that phones ring, about what nobody has answered for `OVERDUE`; answers about how many."""
        pending = await writing.records.approvals.pending()
        due = [each for each in pending if not each.escalated_at and writing.now - each.requested_at >= OVERDUE]
        for asked in due:
            late = escalated(asked, writing.now)
            await writing.records.approvals.save(late)
            run = await writing.records.runs.get(asked.run_id)
            if run is not None:
                await self._voice.approval(writing, run, late, anew=True)
        return len(due)

    async def _objection(self, writing: Writing, asked: Approval) -> str:
        return objection(await writing.records.controls.containment(), asked)

    async def _let_through(self, writing: Writing, run: Run, answered: Approval) -> Run:
        await writing.records.approvals.save(answered)
        took = answered.answered_after or timedelta(0)
        await writing.tell(ApprovalApproved(answered.id, run.id, answered.scope, took))
        if run.state is RunState.WAITING_APPROVAL:
            run = let_through(run, writing.now)
            await writing.records.runs.save(run)
            await self._endings.follow(writing, run)
        await self._voice.approval(writing, run, answered)
        return run

    async def _turn_away(self, writing: Writing, run: Run, answered: Approval) -> None:
        await writing.records.approvals.save(answered)
        await writing.tell(ApprovalDenied(answered.id, run.id, answered.scope, answered.answered_after))
        await self._voice.approval(writing, run, answered)
        await self._cancel(writing, run, f"Approval {answered.id} was denied.")

    async def _expire(self, writing: Writing, asked: Approval) -> None:
        ended = expired(asked, writing.now)
        await writing.records.approvals.save(ended)
        await writing.tell(ApprovalExpired(ended.id, ended.run_id, ended.scope))
        run = await writing.records.runs.get(ended.run_id)
        if run is not None:
            await self._voice.approval(writing, run, ended)
            await self._cancel(writing, run, f"Nobody answered approval {ended.id} in time.")

    async def _cancel(self, writing: Writing, run: Run, detail: str) -> None:
        if run.state is RunState.WAITING_APPROVAL:
            await self._endings.cancel(writing, run, ErrorCode.POLICY_BLOCKED, detail)

    async def _allow_for_session(self, writing: Writing, answered: Approval) -> None:
        session = await writing.records.sessions.get(answered.session_id)
        if session is not None and answered.state is ApprovalState.APPROVED:
            standing = {**granted(session.allowed_scopes, writing.now), answered.scope: writing.now + GRANTED_FOR}
            scopes = tuple(sorted(grant(scope, until) for scope, until in standing.items()))
            await writing.records.sessions.save(replace(session, allowed_scopes=scopes))
