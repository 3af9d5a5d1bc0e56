"""The few ways in which the agent refuses, each with the sentence that a person reads.

The docstring of an error is its message when none is given. Adapters turn these into chat replies and HTTP answers;
anything that is not an `AgentError` is a bug and is answered without detail.
"""

from collections.abc import Sequence


class AgentError(Exception):
    """The agent could not do that."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class SettingsError(AgentError):
    """The settings are not usable.

    Attributes:
        problems: every one of them, as `VARIABLE: what is wrong; what to do`.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class NotFound(AgentError):
    """There is no such thing."""


class Conflict(AgentError):
    """The present state does not allow that."""


class Forbidden(AgentError):
    """Your role does not allow that."""


class AlreadyRunning(AgentError):
    """An agent already runs on this data directory; stop it first."""


class StoreError(AgentError):
    """The state database does not answer."""


class StoreReadOnly(StoreError):
    """System in read-only mode. Writes disabled."""


class StoreCorrupt(StoreError):
    """The state database is damaged; restore a backup with `tocsin-agent restore`."""


class StoreTooNew(StoreError):
    """The state database was written by a newer version; start that version or restore an older backup."""


class BackupError(AgentError):
    """The backup could not be made, or it did not pass its checks."""


class WorktreeError(AgentError):
    """Git could not make or remove the worktree.

    Attributes:
        exit_code: what git answered, or None when it did not answer in time.
    """

    def __init__(self, message: str = "", *, exit_code: int | None = None) -> None:
        super().__init__(message or "Git could not make or remove the worktree.")
        self.exit_code = exit_code


class LaunchError(AgentError):
    """The agent CLI could not be started.

    Attributes:
        missing: whether its program is not installed.
    """

    def __init__(self, message: str = "", *, missing: bool = False) -> None:
        super().__init__(message or "The agent CLI could not be started.")
        self.missing = missing


class Malformed(AgentError):
    """What came in cannot be read."""


class MonitoringError(AgentError):
    """Alertmanager does not answer; nothing was changed."""
