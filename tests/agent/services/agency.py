"""All services over fakes: the agent without a world, for tests that need more than one of them."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from agent.domain.approval import Approval
from agent.domain.breaker import BreakerName, State, level
from agent.domain.profile import Profile
from agent.domain.recovery import Action
from agent.domain.run import Run
from agent.domain.turn import Turn
from agent.metrics import Metrics
from agent.ports import Presenter, Store, Words
from agent.services.alerts import Alerts, HookRules
from agent.services.approvals import Approvals, Terms
from agent.services.breakers import Breakers
from agent.services.containing import Containing
from agent.services.endings import Endings
from agent.services.git_guard import GitGuard
from agent.services.health import Health
from agent.services.journal import Broadcast, Journal
from agent.services.messages import Messages
from agent.services.projects import Projects
from agent.services.recovery import Recovery
from agent.services.runs import Capacity, Runs, Wish
from agent.services.sessions import Sessions
from agent.services.snapshot import Snapshots
from agent.services.unasked import Unasked
from agent.services.voice import Voice
from agent.services.work import Work
from tests.agent.fakes import (
    FakeBackups,
    FakeChat,
    FakeClock,
    FakeIds,
    FakeLetThrough,
    FakeWorktrees,
    FixedMeter,
    RecordingObserver,
    RecordingSink,
    ScriptRunner,
)
from tests.agent.makers import make_profile, make_project, make_session
from tests.agent.memory_store import MemoryStore


class PlainPresenter:
    """Keeps `ports.Presenter` in a few words."""

    def queued(self, run: Run, turn: Turn, notice: str) -> Words:
        return Words(f"queued {turn.before} {notice}".strip())

    def progress(self, run: Run, lines: Sequence[str], took: timedelta, silent: timedelta) -> Words:
        return Words("\n".join((f"running {took.total_seconds():.0f} {silent.total_seconds():.0f}", *lines)))

    def ended(self, run: Run, actions: Sequence[Action]) -> Words:
        return Words(f"{run.state}: {run.summary or run.detail}")

    def put_away(self, run: Run) -> Words:
        return Words(f"over: {run.state}")

    def approval(self, approval: Approval, objection: str, run: Run | None = None) -> Words:
        return Words(f"{approval.state}: {approval.question}")

    def lever(self, action: str, detail: str, by: int) -> Words:
        return Words(f"{action} {detail} by {by}")

    def held_up(self, waiting: int) -> Words:
        return Words(f"held up: {waiting}")

    def held_up_no_more(self, waiting: int) -> Words:
        return Words(f"held up no more: {waiting}")

    def breaker(self, name: BreakerName, state: State) -> Words:
        return Words(f"{name} {level(state)}")


class Agency:
    """One life of the agent. A second one over the same store is a restart."""

    def __init__(
        self,
        *,
        store: Store | None = None,
        clock: FakeClock | None = None,
        ids: FakeIds | None = None,
        presenter: Presenter | None = None,
        worktrees: FakeWorktrees | None = None,
        **profile: object,
    ) -> None:
        self.store: Store = store or MemoryStore()
        self.clock = clock or FakeClock()
        self.observer, self.chat, self.sink = RecordingObserver(), FakeChat(), RecordingSink()
        self.runner, self.meter = ScriptRunner(), FixedMeter()
        self.profiles: dict[str, Profile] = {
            "default": make_profile(**profile),
            "other": make_profile(name="other"),
        }
        self.metrics = Metrics.fresh(started_at=self.clock.now())
        self.journal = Journal(self.store, self.clock, Broadcast(self.observer, self.metrics))
        self.breakers = Breakers(self.journal)
        self.messages = Messages(self.journal, self.chat, self.breakers, limit=1000)
        self.voice = Voice(self.messages, presenter or PlainPresenter())
        self.alerts = Alerts(self.journal, self.sink, HookRules(enabled=True))
        self.endings = Endings(self.alerts, self.voice)
        self.ids = ids or FakeIds()
        self.approvals = Approvals(
            self.journal, self.ids, self.endings, self.voice, self.alerts, self.breakers, Terms()
        )
        self.let_through = FakeLetThrough()
        self.unasked = Unasked(self.let_through)
        self.work = Work(
            self.journal,
            self.runner,
            self.breakers,
            self.approvals,
            self.endings,
            self.voice,
            self.alerts,
            self.unasked,
            lambda run_id: Path("/logs") / f"{run_id}.log",
        )
        self.runs = Runs(
            self.journal,
            self.ids,
            "life-1",
            self.profiles,
            Capacity(2, timedelta(seconds=30)),
            self.breakers,
            self.approvals,
            self.endings,
            self.voice,
            self.work,
        )
        self.recovery = Recovery(self.journal, self.runner, self.endings, self.runs, self.unasked)
        self.worktrees = worktrees or FakeWorktrees(make_project())
        self.guard = GitGuard(self.breakers)
        self.sessions = Sessions(self.journal, self.worktrees, self.endings, self.guard)
        self.projects = Projects(self.journal, self.worktrees, self.guard)
        self.containing = Containing()
        self.health = Health(self.store, self.chat, self.meter, Path("/"), telegram_seconds=5)
        self.backups = FakeBackups(self.clock)
        self.snapshots = Snapshots(
            self.journal,
            breakers=self.breakers,
            health=self.health,
            backups=self.backups,
            meter=self.meter,
            organization="local",
            hook_enabled=True,
        )

    @property
    def disk(self) -> MemoryStore:
        """The store as its fake, which can be broken."""
        assert isinstance(self.store, MemoryStore)
        return self.store

    async def open(self, *names: str) -> None:
        async with self.store.transaction() as records:
            await records.projects.save(make_project())
            for name in names or ("S1",):
                await records.sessions.add(make_session(id=name))

    async def ask(self, prompt: str = "do it", session_id: str = "S1", profile: str = "") -> Run:
        async with self.journal.writing() as writing:
            return await self.runs.accept(writing, Wish(session_id=session_id, prompt=prompt, by=7, profile=profile))

    async def work_off(self) -> None:
        """Start what can be started, until nothing is left that ends by itself."""
        while await self.runs.start_ready():
            await self.work.settle()

    async def run(self, run_id: str) -> Run:
        async with self.store.reading() as records:
            found = await records.runs.get(run_id)
        assert found is not None
        return found

    async def send_all(self) -> None:
        for _ in range(50):
            await self.messages.dispatch()
            await self.messages.settle()
            self.clock.advance(1)

    async def breathe(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
