"""One fake for each port but the store, used by every test: named, remembering, and without surprises."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from agent.domain.activity import Activity, Stopped, Success, Verdict
from agent.domain.alert import Alert
from agent.domain.changes import Changes
from agent.domain.delivery import Delivered, Delivery, Refused
from agent.domain.events import Event, ToolLetThrough
from agent.domain.outbox import Message
from agent.domain.profile import Profile
from agent.domain.session import Project
from agent.errors import BackupError, LaunchError, WorktreeError
from agent.ports import Found, Order, ProcessMark
from tests.agent.makers import NOON


class FakeClock:
    """Time stands still until a test advances it; whoever sleeps wakes when their time has come."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._monotonic = 1000.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        waker = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._monotonic + seconds, waker))
        await waker

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
        for until, waker in self._sleepers:
            if until <= self._monotonic and not waker.done():
                waker.set_result(None)
        self._sleepers = [each for each in self._sleepers if not each[1].done()]


class FakeIds:
    """Counts."""

    def __init__(self) -> None:
        self._count = 0

    def _next(self) -> int:
        self._count += 1
        return self._count

    def run(self) -> str:
        return f"run-{self._next()}"

    def short(self) -> str:
        return f"K{self._next()}"

    def trace(self) -> str:
        return f"{self._next():032x}"

    def span(self) -> str:
        return f"{self._next():016x}"


class RecordingObserver:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def observe(self, event: Event) -> None:
        self.events.append(event)

    @property
    def names(self) -> list[str]:
        return [event.name.value for event in self.events]


class FakeChat:
    """Takes every message, or answers what a test has laid out for it; refuses those for `blocked` chats for good."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.answers: deque[Delivery] = deque()
        self.blocked: dict[int, str] = {}
        self.down = ""
        self.gate: asyncio.Event | None = None

    async def deliver(self, message: Message) -> Delivery:
        if self.gate is not None:
            await self.gate.wait()
        if message.chat_id in self.blocked:
            return Refused(self.blocked[message.chat_id])
        self.said.append(message)
        if self.answers:
            return self.answers.popleft()
        return Delivered(message.telegram_id or 1000 + len(self.said))

    async def reachable(self, timeout_seconds: float) -> str:
        return self.down

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.said]


class RecordingSink:
    """Takes every alert, or refuses it with the reasons a test has laid out."""

    def __init__(self) -> None:
        self.sent: list[Alert] = []
        self.refusals: deque[str] = deque()

    async def send(self, alert: Alert) -> str:
        self.sent.append(alert)
        return self.refusals.popleft() if self.refusals else ""


@dataclass
class Script:
    """What a CLI will do: report, then end. With `hangs` it ends only when it is stopped."""

    activities: Iterable[Activity] = ()
    verdict: Verdict = field(default_factory=lambda: Success("done"))
    hangs: bool = False


class ScriptedExecution:
    """Plays a script."""

    def __init__(self, script: Script, pid: int) -> None:
        self._script = script
        self._ended = asyncio.Event()
        self.stopped = False
        self.mark = ProcessMark(pid, 1, "boot")
        if not script.hangs:
            self._ended.set()

    async def activities(self) -> AsyncIterator[Activity]:
        for activity in self._script.activities:
            yield activity
        await self._ended.wait()

    async def verdict(self) -> Verdict:
        await self._ended.wait()
        return Stopped() if self.stopped else self._script.verdict

    async def stop(self) -> None:
        self.stopped = True
        self._ended.set()

    def finish(self) -> None:
        self._ended.set()


class ScriptRunner:
    """Starts scripts instead of CLIs, in the order they were laid out; then empty ones."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = deque(scripts)
        self.orders: list[Order] = []
        self.executions: list[ScriptedExecution] = []
        self.reaped: list[tuple[str, ProcessMark | None]] = []
        self.leftovers: set[str] = set()
        self.refusal: LaunchError | None = None
        self.not_installed = ""

    async def start(self, order: Order) -> ScriptedExecution:
        self.orders.append(order)
        if self.refusal is not None:
            raise self.refusal
        script = self.scripts.popleft() if self.scripts else Script()
        execution = ScriptedExecution(script, 100 + len(self.orders))
        self.executions.append(execution)
        return execution

    async def reap(self, run_id: str, mark: ProcessMark | None) -> bool:
        self.reaped.append((run_id, mark))
        return run_id in self.leftovers

    def missing(self, profile: Profile) -> str:
        return self.not_installed


class FakeLetThrough:
    """What hooks have noted, by run, as a test lays it out."""

    def __init__(self) -> None:
        self.noted: dict[str, list[ToolLetThrough]] = {}

    async def of_run(self, run_id: str) -> Sequence[ToolLetThrough]:
        return tuple(self.noted.get(run_id, ()))


class FakeWorktrees:
    """Keeps worktrees in a dictionary."""

    def __init__(self, *projects: Project) -> None:
        self.projects = list(projects)
        self.trees: dict[Path, tuple[str, str]] = {}
        self.failures: deque[WorktreeError] = deque()
        self.changed = Changes()

    async def add(self, project: Project, session_id: str, branch: str) -> Path:
        if self.failures:
            raise self.failures.popleft()
        path = Path("/w") / session_id
        self.trees[path] = (project.id, branch)
        return path

    async def remove(self, project: Project, workspace: Path) -> None:
        if self.failures:
            raise self.failures.popleft()
        self.trees.pop(workspace, None)

    async def scan(self) -> Sequence[Project]:
        return self.projects

    async def of_project(self, project: Project) -> Sequence[Found]:
        return [Found(path, branch) for path, (owner, branch) in self.trees.items() if owner == project.id]

    async def changes(self, project: Project, workspace: Path) -> Changes:
        if self.failures:
            raise self.failures.popleft()
        return self.changed


class FakeBackups:
    """Pretends to have made a copy."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._newest: datetime | None = None
        self.broken = False

    async def make(self) -> Path:
        if self.broken:
            raise BackupError
        self._newest = self._clock.now()
        return Path("/b/state.db.gz")

    def newest(self) -> datetime | None:
        return self._newest


class FixedMeter:
    """Everything has the size that a test gives it."""

    def __init__(self) -> None:
        self.workspace, self.log, self.resident, self.lag = 10, 20, 30, 0.0

    def workspace_bytes(self, workspace: str) -> int:
        return self.workspace

    def log_bytes(self, run_id: str) -> int:
        return self.log

    def resident_bytes(self) -> int:
        return self.resident

    def loop_lag_seconds(self) -> float:
        return self.lag
