"""Time, the chat, git and everything else outside the agent, but for the CLIs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from agent.domain.alert import Alert
from agent.domain.approval import Approval
from agent.domain.breaker import BreakerName, State
from agent.domain.changes import Changes
from agent.domain.delivery import Delivery
from agent.domain.events import Event
from agent.domain.outbox import Buttons, Message
from agent.domain.recovery import Action
from agent.domain.run import Run
from agent.domain.session import Project
from agent.domain.turn import Turn


class Clock(Protocol):
    """Two clocks and a pause."""

    def now(self) -> datetime:
        """The wall clock in UTC; for what is kept. It may jump."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow, from any start; for what is measured within one life."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let time pass. Never raises but on cancellation."""
        ...


class Ids(Protocol):
    """Names for new things, never given twice."""

    def run(self) -> str:
        """A UUID."""
        ...

    def short(self) -> str:
        """Four to eight characters that are easy to type and hard to confuse, for approvals and incidents."""
        ...

    def trace(self) -> str:
        """32 hexadecimal digits, not all zero."""
        ...

    def span(self) -> str:
        """16 hexadecimal digits, not all zero."""
        ...


class Observer(Protocol):
    """Somebody who is told what has happened: metrics, the audit log, the event stream."""

    def observe(self, event: Event) -> None:
        """Take note. Called after the commit, in order, on the event loop; must be quick and must not raise."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """What to say: HTML that Telegram takes, at most 4096 characters of text, and buttons."""

    text: str
    buttons: Buttons = ()


class Presenter(Protocol):
    """Puts what has happened into words. Pure; whatever the input, the words fit into one message."""

    def queued(self, run: Run, turn: Turn, notice: str) -> Words:
        """A prompt was accepted; `turn` says what is before it, and `notice` what else holds it up."""
        ...

    def progress(self, run: Run, lines: Sequence[str], took: timedelta, silent: timedelta) -> Words:
        """A run is at work, for so long, and nothing was heard of it for so long; the newest lines come last."""
        ...

    def ended(self, run: Run, actions: Sequence[Action]) -> Words:
        """A run has ended; for one that failed, with what can be done about it."""
        ...

    def put_away(self, run: Run) -> Words:
        """What stays of the progress of a run that is over or waits: nothing to tap; what counts is said elsewhere."""
        ...

    def approval(self, approval: Approval, objection: str, run: Run | None = None) -> Words:
        """A question, with its buttons while it is pending; `objection` says why yes is impossible now.

        The run says who has asked for what, where that is known.
        """
        ...

    def lever(self, action: str, detail: str, by: int) -> Words:
        """For the admins: a lever of containment was pulled; `action` is that of the audit trail."""
        ...

    def held_up(self, waiting: int) -> Words:
        """The breaker of the CLIs has opened, and so many queued runs of the chat have to wait for it."""
        ...

    def held_up_no_more(self, waiting: int) -> Words:
        """It has closed, and so many still wait for their turn, perhaps none."""
        ...

    def breaker(self, name: BreakerName, state: State) -> Words:
        """For the admins: a breaker opened or closed."""
        ...


class Chat(Protocol):
    """Telegram, as far as the outbox is concerned."""

    async def deliver(self, message: Message) -> Delivery:
        """Send or edit, once, within a few seconds. Never raises: whatever happens is one of the seven deliveries.

        A message that is `uncertain` is marked as a possible repetition. Text that Telegram cannot parse is sent
        again as plain text before giving up.
        """
        ...

    async def reachable(self, timeout_seconds: float) -> str:
        """Empty when Telegram answers in time, otherwise why not. Never raises."""
        ...


class AlertSink(Protocol):
    """The receiver of outgoing alerts."""

    async def send(self, alert: Alert) -> str:
        """Deliver once or give up within the deadline. Empty when it was taken, otherwise why not; never raises.

        It may be sent again after a crash or a lost answer; its id goes along so that the receiver can tell.
        """
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """A worktree as git lists it."""

    path: Path
    branch: str


class Worktrees(Protocol):
    """Git. Everything raises `WorktreeError` when git refuses or does not answer in time."""

    async def add(self, project: Project, session_id: str, branch: str) -> Path:
        """A worktree on a branch, made from the default branch unless the branch exists; answers its path."""
        ...

    async def remove(self, project: Project, workspace: Path) -> None:
        """Remove a worktree with everything uncommitted in it; fine when it is gone already."""
        ...

    async def scan(self) -> Sequence[Project]:
        """The repositories below the repositories' folder; `registered_at` is when they were found."""
        ...

    async def of_project(self, project: Project) -> Sequence[Found]:
        """The project's worktrees below the workspaces' folder."""
        ...

    async def changes(self, project: Project, workspace: Path) -> Changes:
        """What a worktree has changed since it left the default branch, committed or not, without secrets.

        Nothing runs that somebody has left in the worktree or in the configuration: no filter, driver or hook.
        """
        ...


class Backups(Protocol):
    """Copies of the state that can be trusted."""

    async def make(self) -> Path:
        """Copy, verify, compress; then delete what is too old. Raises `BackupError`; a bad copy is never kept."""
        ...

    def newest(self) -> datetime | None:
        """When the newest verified one was finished."""
        ...


class Meter(Protocol):
    """Sizes of things on this machine. What cannot be measured is 0; none of it may take long."""

    def workspace_bytes(self, workspace: str) -> int:
        """Disk used by a worktree, as of the last time somebody measured."""
        ...

    def log_bytes(self, run_id: str) -> int:
        """Size of a run's log file."""
        ...

    def resident_bytes(self) -> int:
        """Memory of the agent's own process."""
        ...

    def loop_lag_seconds(self) -> float:
        """How late the event loop was when it was last looked at."""
        ...
