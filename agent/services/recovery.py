"""What happens after things went wrong: runs that an earlier life has left behind, and failed runs tried again."""

from typing import Final

from agent.domain.audit import AGENT
from agent.domain.error_codes import ErrorCode
from agent.domain.events import RecoveryNoted
from agent.domain.profile import DEFAULT
from agent.domain.recovery import Remedy, Stage, options
from agent.domain.run import OPEN, Run, RunState
from agent.domain.trace import Trace
from agent.errors import Conflict, NotFound
from agent.ports import ProcessMark, Runner
from agent.services.endings import Endings
from agent.services.journal import Journal, Writing
from agent.services.runs import Runs, Wish
from agent.services.unasked import Unasked

_RETRIES: Final = frozenset({Remedy.RETRY_SAME_AGENT, Remedy.RETRY_DEFAULT_AGENT})
INTERRUPTED = "The agent was restarted while this run was at work. What it had done is in the worktree."


class Recovery:
    """The way back."""

    def __init__(self, journal: Journal, runner: Runner, endings: Endings, runs: Runs, unasked: Unasked) -> None:
        self._journal = journal
        self._runner = runner
        self._endings = endings
        self._runs = runs
        self._unasked = unasked

    async def take_over(self) -> tuple[Run, ...]:
        """At boot: end what earlier lives were executing, process and all, and fail those runs honestly.

        Nothing is executed a second time by itself. Runs that wait or are queued simply go on waiting.
        """
        async with self._journal.store.reading() as records:
            orphans = await records.runs.in_state(RunState.RUNNING)
        return tuple([await self._give_up(orphan) for orphan in orphans])

    async def apply(
        self, writing: Writing, run_id: str, remedy: Remedy, by: int, trace: Trace | None = None
    ) -> Run | None:
        """Do what was offered for a failed run; answers the new run, if the remedy makes one.

        `Conflict` while a retry is under way, so that a button that is tapped twice makes one run.
        """
        run = await writing.records.runs.get(run_id)
        if run is None:
            raise NotFound(f"There is no run {run_id}.")
        code = run.error or ErrorCode.UNKNOWN
        if run.state not in {RunState.FAILED, RunState.CANCELLED}:
            raise Conflict(f"Run {run_id} is {run.state}; there is nothing to recover.")
        if remedy not in {action.remedy for action in options(code)}:
            raise Conflict(f"{remedy} is not offered for {code}.")
        retries = remedy in _RETRIES
        if retries:
            await _require_no_retry(writing, run_id)
        await writing.audit(by, "run.recover", run_id, remedy)
        if not retries:
            await writing.tell(RecoveryNoted(run_id, Stage.COMPLETED, remedy))
            return None
        profile = run.profile if remedy is Remedy.RETRY_SAME_AGENT else DEFAULT
        wish = Wish(session_id=run.session_id, prompt=run.prompt, by=by, profile=profile, retry_of=run_id, trace=trace)
        again = await self._runs.accept(writing, wish)
        await writing.tell(RecoveryNoted(run_id, Stage.QUEUED, f"{remedy} as {again.id}"))
        return again

    async def _give_up(self, orphan: Run) -> Run:
        mark = ProcessMark(orphan.pid, orphan.pid_started, orphan.boot_id) if orphan.pid else None
        await self._runner.reap(orphan.id, mark)
        noted = await self._unasked.of_run(orphan.id)
        async with self._journal.writing() as writing:
            await self._unasked.tell(writing, orphan.id, noted)
            await writing.audit(AGENT, "run.interrupted", orphan.id)
            return await self._endings.fail(writing, orphan, ErrorCode.UNKNOWN, INTERRUPTED)


async def _require_no_retry(writing: Writing, run_id: str) -> None:
    for run in await writing.records.runs.in_state(*OPEN):
        if run.retry_of == run_id:
            raise Conflict(f"Run {run_id} is being tried again already, as {run.id}.")
