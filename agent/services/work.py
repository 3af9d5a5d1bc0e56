"""Runs at work: each CLI started, listened to, shown in the chat, and its verdict turned into an ending."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from agent.domain.activity import Deferred, Failure, Stopped, Success, Verdict
from agent.domain.alert import Category
from agent.domain.breaker import BreakerName
from agent.domain.conditions import of_cli
from agent.domain.error_codes import ErrorCode
from agent.domain.events import Event, RunProgressed, ToolFailed
from agent.domain.profile import Profile
from agent.domain.run import Run
from agent.errors import LaunchError, StoreError
from agent.ports import Execution, Order, Runner
from agent.services.alerts import Alerts
from agent.services.approvals import Approvals
from agent.services.breakers import Breakers
from agent.services.endings import Endings
from agent.services.journal import Journal, Writing
from agent.services.listening import LONGEST_DETAIL, Listening
from agent.services.unasked import Unasked
from agent.services.voice import Voice

_log = logging.getLogger(__name__)

GOING_DOWN: Final = "The agent was stopped while this run was at work. What it had done is in the worktree."
_STORE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run is executed: without changing anything, or carrying on after an answer."""

    read_only: bool = False
    continues: bool = False


class Work:
    """What is being executed in this life of the agent."""

    def __init__(  # noqa: PLR0913, PLR0917 - its neighbours
        self,
        journal: Journal,
        runner: Runner,
        breakers: Breakers,
        approvals: Approvals,
        endings: Endings,
        voice: Voice,
        alerts: Alerts,
        unasked: Unasked,
        log_of: Callable[[str], Path],
    ) -> None:
        self._journal = journal
        self._runner = runner
        self._breakers = breakers
        self._approvals = approvals
        self._endings = endings
        self._voice = voice
        self._alerts = alerts
        self._unasked = unasked
        self._log_of = log_of
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._executions: dict[str, Execution] = {}
        self._stopping: set[str] = set()
        self._going_down = False
        self._helpers: set[asyncio.Task[None]] = set()
        self.ended = asyncio.Event()

    @property
    def active(self) -> Mapping[str, asyncio.Task[None]]:
        """The runs at work."""
        return self._tasks

    def begin(self, run: Run, profile: Profile | None, workspace: str, manner: Manner) -> None:
        """Execute a run that was just committed as running."""
        task = asyncio.create_task(self._execute(run, profile, workspace, manner))
        self._tasks[run.id] = task

    def stop(self, run_id: str) -> None:
        """End a run at work, soon; also one whose CLI is just being started."""
        self._stopping.add(run_id)
        execution = self._executions.get(run_id)
        if execution is not None:
            helper = asyncio.create_task(execution.stop())
            self._helpers.add(helper)
            helper.add_done_callback(self._helpers.discard)

    async def stop_all(self) -> None:
        """End everything, as the agent goes down on purpose. Nobody cancelled these runs: they fail, with an offer."""
        self._going_down = True
        for run_id in tuple(self._tasks):
            self.stop(run_id)
        await self.settle()

    async def settle(self) -> None:
        """Wait for everything that is at work."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values())

    async def _execute(self, run: Run, profile: Profile | None, workspace: str, manner: Manner) -> None:
        listening = Listening(run, self._journal.clock)
        try:
            verdict = await self._verdict(listening, profile, workspace, manner)
            await self._breakers.report(BreakerName.CLAUDE_CODE, of_cli(verdict))
            while not await self._conclude(listening, verdict):
                await self._journal.clock.sleep(_STORE_SECONDS)  # the ending is kept until the disk takes it
        finally:
            self._tasks.pop(run.id, None)
            self._executions.pop(run.id, None)
            self._stopping.discard(run.id)
            self.ended.set()

    async def _verdict(self, listening: Listening, profile: Profile | None, workspace: str, manner: Manner) -> Verdict:
        try:
            return await self._run_cli(listening, profile, workspace, manner)
        except Exception:  # noqa: BLE001 - a bug must not leave the run running and its session stuck
            _log.exception("run.broken", extra={"run_id": listening.run.id})
            execution = self._executions.get(listening.run.id)
            if execution is not None:
                await execution.stop()
            return Failure(ErrorCode.UNKNOWN, "The agent itself failed while this run was at work.")

    async def _run_cli(self, listening: Listening, profile: Profile | None, workspace: str, manner: Manner) -> Verdict:
        run = listening.run
        if profile is None:
            return Failure(ErrorCode.INVALID_AGENT_CONFIG, f"There is no profile {run.profile} any more.")
        order = Order(
            run_id=run.id,
            profile=profile,
            prompt=run.prompt,
            workspace=Path(workspace),
            log=self._log_of(run.id),
            resume_token=run.resume_token,
            read_only=manner.read_only,
            continues=manner.continues,
            traceparent=run.traceparent,
            tracestate=run.tracestate,
        )
        try:
            execution = await self._runner.start(order)
        except LaunchError as error:
            return Failure(ErrorCode.CLI_NOT_FOUND if error.missing else ErrorCode.INVALID_AGENT_CONFIG, str(error))
        self._executions[run.id] = execution
        if run.id in self._stopping:  # cancelled while it was being started
            self.stop(run.id)
        mark = execution.mark
        listening.run = replace(run, pid=mark.pid, pid_started=mark.started, boot_id=mark.boot_id)
        await self._listen(listening, execution)
        return await execution.verdict()

    async def _listen(self, listening: Listening, execution: Execution) -> None:
        await self._keep(listening)
        showing = asyncio.create_task(self._show(listening))
        try:
            async for activity in execution.activities():
                listening.take(activity)
        finally:
            listening.end()
            await showing

    async def _show(self, listening: Listening) -> None:
        """Write down and show what is heard, never more often than people can read; also that nothing is."""
        while await listening.due():
            await self._keep(listening)

    async def _keep(self, listening: Listening) -> None:
        """Write down what was heard, and show it. A store that refuses is no reason to stop listening."""
        heard, events, lines = listening.heard, tuple(listening.events), tuple(listening.lines)
        noted = await self._unasked.of_run(listening.run.id)
        try:
            async with self._journal.writing() as writing:
                await writing.records.runs.save(listening.run)
                if len(noted) > listening.unasked:
                    await self._unasked.tell(writing, listening.run.id, noted)
                await self._tell(writing, listening.run, events)
                if lines and heard > listening.told:
                    await writing.tell(RunProgressed(listening.run.id, lines[-1]))
                await self._voice.progress(writing, listening.run, lines, listening.silent)
        except StoreError as error:
            _log.warning("run.progress_not_kept", extra={"run_id": listening.run.id, "reason": str(error)})
        else:
            listening.told, listening.unasked = heard, len(noted)
            del listening.events[: len(events)]  # more may have been heard meanwhile

    async def _tell(self, writing: Writing, run: Run, events: Sequence[Event]) -> None:
        for event in events:
            await writing.tell(event)
            if isinstance(event, ToolFailed):
                await self._alerts.enter(writing, Category.TOOL_STEP_FAILED, run, event.tool)

    async def _conclude(self, listening: Listening, verdict: Verdict) -> bool:
        noted = await self._unasked.of_run(listening.run.id)
        try:
            async with self._journal.writing() as writing:
                await self._unasked.tell(writing, listening.run.id, noted)
                await self._tell(writing, listening.run, listening.events)
                await self._end(writing, listening.run, verdict)
        except StoreError:
            return False
        return True

    async def _end(self, writing: Writing, run: Run, verdict: Verdict) -> None:
        match verdict:
            case Success(summary=summary):
                await self._endings.complete(writing, run, summary)
            case Failure(code=code, detail=detail):
                await self._endings.fail(writing, run, code, detail[:LONGEST_DETAIL])
            case Stopped() if self._going_down:
                await self._endings.fail(writing, run, ErrorCode.UNKNOWN, GOING_DOWN)
            case Stopped():
                await self._endings.cancel(writing, run, ErrorCode.RUN_CANCELLED, "Cancelled while it was at work.")
            case Deferred(tool=tool, tool_use_id=tool_use_id, detail=detail, scope=scope):
                await self._approvals.request(writing, run, scope, f"{tool}: {detail}", tool, tool_use_id)
