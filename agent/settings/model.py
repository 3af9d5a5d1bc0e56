"""The settings as frozen values, grouped by who reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from agent.settings.secret import Secret

ROLES = ("viewer", "operator", "approver", "admin")
"""From least to most; each may do what the ones before it may."""

SEVERITIES = ("low", "medium", "high", "critical")
"""Of outgoing alerts, from least to most."""

SCOPES = ("api:read", "api:write", "admin:*", "runs:read", "prompts:write", "jobs:read", "jobs:write", "meta:read")
"""What an API key may be given; a key without scopes has `runs:read`."""


class Updates(StrEnum):
    """How Telegram's updates arrive."""

    POLLING = "polling"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Telegram:
    """The bot's connection.

    Attributes:
        users: role by Telegram user id; nobody else gets an answer.
        webhook_url: where Telegram posts updates, in webhook mode.
        webhook_secret: the header that Telegram sends along.
        admin_chat: where the agent speaks without being asked, or None.
    """

    token: Secret
    base_url: str
    users: Mapping[int, str]
    updates: Updates
    webhook_url: str
    webhook_secret: Secret
    admin_chat: int | None
    ready_timeout_seconds: float


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the HTTP API and what it may do."""

    key: Secret
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Http:
    """The agent's own server."""

    host: str
    port: int
    keys: tuple[ApiKey, ...]


@dataclass(frozen=True, slots=True)
class AlertHook:
    """The outgoing webhook; an empty `url` switches it off."""

    url: str
    secret: Secret
    timeout_seconds: float
    min_severity: str
    dedup_window_seconds: int
    retry_count: int
    dead_letter_max: int

    @property
    def enabled(self) -> bool:
        """Whether there is somebody to tell."""
        return bool(self.url)


@dataclass(frozen=True, slots=True)
class OnCall:
    """Where alerts come from and where their steps are written."""

    alertmanager_url: str
    webhook_token: Secret
    catalog: Path | None


@dataclass(frozen=True, slots=True)
class Paths:
    """Where things are on disk."""

    data: Path
    repos: Path
    workspaces: Path
    backups: Path
    logs: Path
    profiles: Path | None

    @property
    def database(self) -> Path:
        """The state database."""
        return self.data / "state.db"

    @property
    def job_logs(self) -> Path:
        """One log per run."""
        return self.logs / "jobs"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at once, and how long.

    Attributes:
        outbox: how many messages may wait before progress is dropped.
        organization: the organisation that this agent's runs belong to.
    """

    max_concurrent_runs: int
    approval_ttl_seconds: int
    run_timeout_seconds: float
    run_idle_seconds: float
    heartbeat_seconds: float
    kill_grace_seconds: float
    outbox: int
    backup_hours: float
    backup_days: int
    organization: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides."""

    telegram: Telegram
    http: Http
    alert_hook: AlertHook
    on_call: OnCall
    paths: Paths
    limits: Limits
    log_level: str
    sandbox: bool

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret that is set, for the log's redaction."""
        found = (
            self.telegram.token,
            self.telegram.webhook_secret,
            self.alert_hook.secret,
            self.on_call.webhook_token,
            *(key.key for key in self.http.keys),
        )
        return tuple(secret for secret in found if secret)
