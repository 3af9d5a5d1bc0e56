"""What is being worked on, as the store keeps it: runs, sessions, projects and approvals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from agent.domain.approval import Approval
from agent.domain.reliability import Finished
from agent.domain.run import Run, RunState
from agent.domain.session import Project, Session


class Runs(Protocol):
    """Executions of CLIs."""

    async def add(self, run: Run) -> None:
        """A new run; its id must be new."""
        ...

    async def save(self, run: Run) -> None:
        """The run's present state."""
        ...

    async def get(self, run_id: str) -> Run | None:
        """The run."""
        ...

    async def listing(self, limit: int, session_id: str = "") -> Sequence[Run]:
        """The newest, of one session or of all."""
        ...

    async def of_chat(self, chat_id: int, limit: int) -> Sequence[Run]:
        """The newest that were asked for in a chat, whatever the topic."""
        ...

    async def starting_with(self, beginning: str, limit: int) -> Sequence[Run]:
        """Those whose id begins like that, in the order of their ids; none for an empty beginning."""
        ...

    async def in_state(self, *states: RunState) -> Sequence[Run]:
        """Those in one of the states, the oldest first."""
        ...

    async def startable(self, limit: int) -> Sequence[Run]:
        """The oldest pending run of each open session that has none running and none waiting, the oldest first."""
        ...

    async def position(self, run_id: str) -> int:
        """How many pending runs of its own session were accepted before this one."""
        ...

    async def beat(self, run_ids: Sequence[str], until: datetime) -> None:
        """Renew the leases of running runs."""
        ...

    async def newest_finished(self, limit: int) -> Sequence[Finished]:
        """The newest that completed or failed, by when they ended."""
        ...

    async def count_by_state(self) -> Mapping[RunState, int]:
        """How many there are; every state has an entry."""
        ...

    async def queue_sizes(self) -> Mapping[str, int]:
        """Pending runs by open session; every open session has an entry."""
        ...


class Sessions(Protocol):
    """Places of work."""

    async def next_id(self) -> str:
        """`S` and a number that was never given out before."""
        ...

    async def add(self, session: Session) -> None:
        """A new session."""
        ...

    async def save(self, session: Session) -> None:
        """The session's present state."""
        ...

    async def get(self, session_id: str) -> Session | None:
        """The session."""
        ...

    async def active(self) -> Sequence[Session]:
        """All that are not closed, the most recently used first."""
        ...

    async def of_chat(self, chat_id: int, thread_id: int = 0) -> Sequence[Session]:
        """The open ones of a chat and topic, the one that was chosen last first: prompts go to it."""
        ...

    async def listing(self, limit: int) -> Sequence[Session]:
        """The newest, closed ones included."""
        ...


class Projects(Protocol):
    """Registered repositories."""

    async def save(self, project: Project) -> bool:
        """Register or change it; True when it was not registered before."""
        ...

    async def remove(self, project_id: str) -> None:
        """Forget it; its sessions stay."""
        ...

    async def get(self, project_id: str) -> Project | None:
        """The project."""
        ...

    async def all(self) -> Sequence[Project]:
        """All of them by id."""
        ...


class Approvals(Protocol):
    """Questions that runs wait on."""

    async def add(self, approval: Approval) -> None:
        """A new question; its id must be new."""
        ...

    async def save(self, approval: Approval) -> None:
        """The approval's present state."""
        ...

    async def get(self, approval_id: str) -> Approval | None:
        """The approval."""
        ...

    async def pending(self) -> Sequence[Approval]:
        """All undecided ones, escalated ones included, the oldest first."""
        ...

    async def of_run(self, run_id: str) -> Sequence[Approval]:
        """All of a run, the oldest first."""
        ...

    async def answered(self, run_id: str, tool_use_id: str) -> Approval | None:
        """The newest of the run about that tool call, whatever its state."""
        ...

    async def listing(self, limit: int) -> Sequence[Approval]:
        """The newest."""
        ...
