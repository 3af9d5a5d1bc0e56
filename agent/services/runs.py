"""Prompts in, runs out: accepting, queueing, starting when it is their turn, and cancelling."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from agent.domain.breaker import BreakerName, Closed
from agent.domain.conditions import Sign
from agent.domain.error_codes import ErrorCode
from agent.domain.events import RunQueued, RunStarted
from agent.domain.profile import DEFAULT, Dialect, Profile
from agent.domain.run import Lease, Run, RunState, reworded, started
from agent.domain.session import Session
from agent.domain.trace import Trace
from agent.domain.turn import Turn
from agent.errors import Conflict, NotFound, StoreError
from agent.ports import Ids
from agent.services.approvals import Approvals
from agent.services.breakers import Breakers
from agent.services.endings import Endings
from agent.services.journal import Journal, Writing
from agent.services.voice import Voice
from agent.services.work import Manner, Work

_LOOK_SECONDS = 1.0
QUEUED_NOTICE = "⚠️ Claude API temporarily unavailable. Jobs queued."


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many runs at once, and how long a lease lasts without a heartbeat."""

    concurrent: int
    lease: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for.

    Attributes:
        by: the Telegram user, or 0 for the HTTP API.
        profile: empty for the session's own.
        retry_of: the failed run that is tried again.
    """

    session_id: str
    prompt: str
    by: int
    profile: str = ""
    retry_of: str = ""
    trace: Trace | None = None


class Runs:
    """The queue of each session and the few that are at work."""

    def __init__(  # noqa: PLR0913, PLR0917 - its neighbours
        self,
        journal: Journal,
        ids: Ids,
        life: str,
        profiles: Mapping[str, Profile],
        capacity: Capacity,
        breakers: Breakers,
        approvals: Approvals,
        endings: Endings,
        voice: Voice,
        work: Work,
    ) -> None:
        self._journal = journal
        self._ids = ids
        self._life = life
        self._profiles = profiles
        self._capacity = capacity
        self._breakers = breakers
        self._approvals = approvals
        self._endings = endings
        self._voice = voice
        self._work = work
        self.wake = work.ended

    async def accept(self, writing: Writing, wish: Wish) -> Run:
        """Queue a prompt; the run is safe when the transaction is committed. `Conflict` says why it is not taken."""
        _require_executable(wish.prompt)
        session = await self._open_session(writing, wish.session_id)
        containment = await writing.records.controls.containment()
        name = DEFAULT if containment.fallback else wish.profile or session.profile
        profile = self._profiles.get(name)
        if profile is None:
            raise Conflict(f"There is no profile {name}; there are {', '.join(sorted(self._profiles))}.")
        if containment.recommends_only and profile.dialect is Dialect.COMMAND:
            raise Conflict(f"Agents only recommend now (autonomy {containment.autonomy}), which {name} cannot.")
        run = self._made(wish, session, profile, writing)
        await writing.records.runs.add(run)
        await writing.tell(RunQueued(run.id, run.session_id, run.project_id, run.traceparent))
        if profile.gate is not None and not containment.recommends_only:
            run = await self._approvals.request(writing, run, profile.gate, run.prompt)
        if run.state is RunState.PENDING:
            await self._voice.queued(writing, run, await self._turn(writing, run), self._notice())
        writing.wake(self.wake)
        return run

    async def reword(self, writing: Writing, run_id: str, prompt: str, by: int) -> Run:
        """Give a run that still waits for its turn another prompt. `Conflict` when something has come of the first."""
        _require_executable(prompt)
        run = await writing.records.runs.get(run_id)
        if run is None:
            raise NotFound(f"There is no run {run_id}.")
        changed = reworded(run, prompt)
        await writing.records.runs.save(changed)
        await writing.audit(by, "job.reworded", run_id)
        await self._voice.queued(writing, changed, await self._turn(writing, changed), self._notice())
        return changed

    async def start_ready(self) -> int:
        """Start what may start now: one run per free session, up to capacity, while the breaker lets through."""
        begun = 0
        while len(self._work.active) < self._capacity.concurrent:
            async with self._journal.store.reading() as records:
                ready = [run for run in await records.runs.startable(self._capacity.concurrent) if not self._has(run)]
            if not ready or not await self._breakers.admit(BreakerName.CLAUDE_CODE):
                break
            try:
                await self._start(ready[0])
            except StoreError:
                await self._breakers.report(BreakerName.CLAUDE_CODE, Sign.NONE)  # what was let through did not happen
                raise
            begun += 1
        return begun

    async def turn(self) -> float:
        """Start what may start; answers after how many seconds to look again, for what the clock lets through."""
        await self.start_ready()
        return _LOOK_SECONDS

    async def cancel(self, writing: Writing, run_id: str, by: int) -> Run:
        """End a run that somebody no longer wants. One that is at work ends a moment later."""
        run = await writing.records.runs.get(run_id)
        if run is None:
            raise NotFound(f"There is no run {run_id}.")
        if run.state.is_final:
            raise Conflict(f"Run {run_id} is already {run.state}.")
        await writing.audit(by, "job.canceled", run_id)
        if run.state is RunState.RUNNING:
            self._work.stop(run_id)
            return run
        writing.wake(self.wake)
        return await self._endings.cancel(writing, run, ErrorCode.RUN_CANCELLED, "Cancelled before it was started.")

    async def beat(self) -> None:
        """Say that the runs at work are looked after."""
        if self._work.active:
            async with self._journal.writing() as writing:
                await writing.records.runs.beat(list(self._work.active), writing.now + self._capacity.lease)

    def _has(self, run: Run) -> bool:
        return run.id in self._work.active

    async def _open_session(self, writing: Writing, session_id: str) -> Session:
        session = await writing.records.sessions.get(session_id)
        if session is None:
            raise NotFound(f"There is no session {session_id}.")
        if not session.is_open:
            raise Conflict(f"Session {session_id} is {session.state}; open a new one.")
        return session

    def _made(self, wish: Wish, session: Session, profile: Profile, writing: Writing) -> Run:
        trace = wish.trace or Trace(self._ids.trace(), self._ids.span())
        return Run(
            id=self._ids.run(),
            session_id=session.id,
            project_id=session.project_id,
            chat_id=session.chat_id,
            requested_by=wish.by,
            profile=profile.name,
            prompt=wish.prompt,
            created_at=writing.now,
            retry_of=wish.retry_of,
            traceparent=trace.traceparent,
            tracestate=trace.state,
        )

    async def _turn(self, writing: Writing, run: Run) -> Turn:
        busy = await writing.records.runs.in_state(RunState.RUNNING, RunState.WAITING_APPROVAL)
        after = next((each.state for each in busy if each.session_id == run.session_id), None)
        at_work = sum(each.state is RunState.RUNNING for each in busy)
        before = await writing.records.runs.position(run.id)
        return Turn(before, after, full=at_work >= self._capacity.concurrent)

    def _notice(self) -> str:
        return "" if isinstance(self._breakers.state(BreakerName.CLAUDE_CODE), Closed) else QUEUED_NOTICE

    async def _start(self, ready: Run) -> None:
        async with self._journal.writing() as writing:
            run = await writing.records.runs.get(ready.id) or ready
            session = await writing.records.sessions.get(run.session_id)
            lease = Lease(self._life, writing.now + self._capacity.lease)
            resume = run.resume_token or (session.resumes(run.profile) if session else "")
            running = replace(started(run, lease, writing.now), resume_token=resume)
            await writing.records.runs.save(running)
            await self._endings.follow(writing, replace(running, resume_token=""))
            await writing.tell(RunStarted(run.id, run.project_id, run.profile))
            containment = await writing.records.controls.containment()
        workspace = session.workspace if session else ""
        manner = Manner(read_only=containment.recommends_only, continues=run.started_at is not None)
        self._work.begin(running, self._profiles.get(run.profile), workspace, manner)


def _require_executable(prompt: str) -> None:
    """A program's arguments are UTF-8 and end at NUL: what is neither could be kept and never be run."""
    try:
        prompt.encode()
    except UnicodeEncodeError:
        raise Conflict("The prompt has half a character in it, which no program can take; send it without.") from None
    if "\0" in prompt:
        raise Conflict("The prompt has a NUL character in it, which no program can take; send it without.")
