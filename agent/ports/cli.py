"""What the services need of coding CLIs: runs started, followed and ended, and what was let through on the way."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from agent.domain.activity import Activity, Verdict
from agent.domain.events import ToolLetThrough
from agent.domain.profile import Profile


@dataclass(frozen=True, slots=True)
class ProcessMark:
    """What tells a process from every other that had or will have its pid."""

    pid: int
    started: int
    boot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a runner is asked to run.

    Attributes:
        workspace: the directory to work in.
        log: where the CLI's output is kept, line by line.
        resume_token: the conversation to carry on, or empty.
        read_only: whether the CLI must be kept from changing anything.
        continues: whether the conversation only waited for an answer; the prompt is not said a second time.
    """

    run_id: str
    profile: Profile
    prompt: str
    workspace: Path
    log: Path
    resume_token: str = ""
    read_only: bool = False
    continues: bool = False
    traceparent: str = ""
    tracestate: str = ""


class Execution(Protocol):
    """A CLI at work."""

    @property
    def mark(self) -> ProcessMark:
        """Its process."""
        ...

    def activities(self) -> AsyncIterator[Activity]:
        """What it reports, until it has ended. Iterated once. A slow reader slows the CLI down and loses nothing."""
        ...

    async def verdict(self) -> Verdict:
        """How it ended; waits for it. By then no process of its group is left."""
        ...

    async def stop(self) -> None:
        """End it: TERM to the group, KILL after the grace period. The verdict becomes `Stopped`. May be repeated."""
        ...


class Runner(Protocol):
    """Starts CLIs."""

    async def start(self, order: Order) -> Execution:
        """Start the CLI in a process group of its own. Raises `LaunchError` when it cannot even be started."""
        ...

    async def reap(self, run_id: str, mark: ProcessMark | None) -> bool:
        """End whatever an earlier life of the agent has left of a run; True when there was something.

        A process that merely has the same pid is never touched.
        """
        ...

    def missing(self, profile: Profile) -> str:
        """Empty when the profile's program is installed, otherwise a sentence that says what is not."""
        ...


class LetThrough(Protocol):
    """What the CLIs' hooks let through without a question."""

    async def of_run(self, run_id: str) -> Sequence[ToolLetThrough]:
        """All of a run so far, in order: it only ever grows. Never raises: what cannot be read is not there."""
        ...
