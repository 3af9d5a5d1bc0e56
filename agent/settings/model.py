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
    """Where alerts come from, where their steps are written, who is told, and what the steps may reach.

    Attributes:
        alertmanager_url: for silences, or empty; without it there is no silencing from the chat.
        chats: where every incident is posted; empty means the admin chat, or else the admins' private chats.
        rota: who is on call when, as a YAML file, or None.
        ack_lapse_critical_seconds: how long an acknowledgement of something critical holds while it goes on firing.
        storm_groups: how many groups may ring within a minute before further ones are gathered in one message.
        watchdog_seconds: how long the heartbeat of the monitoring may stay away; 0 for as long as it likes.
        exit_seconds: how long a system must have been without critical alerts before an incident counts as over.
        action_hosts: `host` or `host:port` that executable steps may call, beside the agent itself.
        action_base_url: where steps without a host go: the agent's own API.
    """

    alertmanager_url: str
    alertmanager_user: str
    alertmanager_password: Secret
    alertmanager_token: Secret
    alertmanager_timeout_seconds: float
    webhook_token: Secret
    catalog: Path | None
    chats: tuple[int, ...]
    rota: Path | None
    ack_lapse_critical_seconds: int
    ack_lapse_warning_seconds: int
    storm_groups: int
    watchdog_seconds: int
    exit_seconds: int
    action_hosts: tuple[str, ...]
    action_base_url: str
    action_key: Secret
    action_timeout_seconds: float


@dataclass(frozen=True, slots=True)
class Charts:
    """Where the values under an alert come from.

    Attributes:
        prometheus_url: empty means that nothing is drawn.
        prometheus_tenant: whose data a Mimir shall answer from, or empty.
        hours: how far a chart reaches back.
    """

    prometheus_url: str
    prometheus_user: str
    prometheus_password: Secret
    prometheus_token: Secret
    prometheus_tenant: str
    prometheus_timeout_seconds: float
    hours: float


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
    """Everything the environment decides.

    Attributes:
        doubts: what is probably not meant as it stands, each as one line.
    """

    telegram: Telegram
    http: Http
    alert_hook: AlertHook
    on_call: OnCall
    charts: Charts
    paths: Paths
    limits: Limits
    log_level: str
    sandbox: bool
    doubts: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret that is set, for the log's redaction."""
        found = (
            self.telegram.token,
            self.telegram.webhook_secret,
            self.alert_hook.secret,
            self.on_call.webhook_token,
            self.on_call.alertmanager_password,
            self.on_call.alertmanager_token,
            self.on_call.action_key,
            self.charts.prometheus_password,
            self.charts.prometheus_token,
            *(key.key for key in self.http.keys),
        )
        return tuple(secret for secret in found if secret)
