"""Environment in, `Settings` out: each variable, its default and its bounds in one place."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agent.errors import SettingsError
from agent.settings.model import (
    ROLES,
    SCOPES,
    SEVERITIES,
    AlertHook,
    ApiKey,
    Http,
    Limits,
    Paths,
    Settings,
    Telegram,
    Updates,
)
from agent.settings.monitoring import charts, on_call
from agent.settings.reading import DAY_SECONDS, LOOPBACK, Reader, misspelled
from agent.settings.secret import Secret

Further = Callable[[Settings], Sequence[str]]
"""Finds further problems, each as `VARIABLE: what; what to do`. It may see defaults where a variable is malformed."""

PROJECTS = Path("/projects")
TELEGRAM_API = "https://api.telegram.org/bot"
_TOKEN = re.compile(r"\d+:[\w-]{30,}")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def load(
    environment: Mapping[str, str], *, sandbox: bool = False, offline: bool = False, also: Sequence[Further] = ()
) -> Settings:
    """The settings, or a `SettingsError` with all that is wrong.

    In the sandbox nobody has to be allowed first. `offline` is for work on what is on disk: only places and limits have
    to be right, and no bot is needed. `also` finds what is wrong in files that the settings name, in the same pass.
    """
    read = Reader(environment)
    beside = Reader(environment) if offline else read
    settings = Settings(
        telegram=_telegram(beside, needed=not (sandbox or offline)),
        http=_http(beside),
        alert_hook=_alert_hook(beside),
        on_call=on_call(beside),
        charts=charts(beside),
        paths=_paths(read),
        limits=_limits(read),
        log_level=beside.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error", "critical")),
        sandbox=sandbox,
        doubts=misspelled(environment, read.asked | beside.asked),
    )
    problems = [*read.problems, *(problem for find in also for problem in find(settings))]
    if problems:
        raise SettingsError((*problems, *settings.doubts))
    return settings


def _telegram(read: Reader, *, needed: bool) -> Telegram:
    updates = Updates(read.choice("TELEGRAM_UPDATES", Updates.POLLING, tuple(Updates)))
    telegram = Telegram(
        token=_bot_token(read, needed=needed),
        base_url=read.text("TELEGRAM_BASE_URL", TELEGRAM_API),
        users=_users(read),
        updates=updates,
        webhook_url=read.https("TELEGRAM_WEBHOOK_URL"),
        webhook_secret=_webhook_secret(read),
        admin_chat=_chat(read, "TELEGRAM_ADMIN_CHAT_ID"),
        ready_timeout_seconds=read.number("TELEGRAM_READY_TIMEOUT_SEC", 5, 0.1, 60),
    )
    if needed and not read.text("TELEGRAM_USERS").strip(", "):
        read.problem("TELEGRAM_USERS", "nobody is allowed", "list users as ID:ROLE, as in 12345:admin")
    if updates is Updates.WEBHOOK:
        _require_webhook(read, telegram)
    return telegram


def _require_webhook(read: Reader, telegram: Telegram) -> None:
    if not read.text("TELEGRAM_WEBHOOK_URL"):
        read.problem(
            "TELEGRAM_WEBHOOK_URL", "missing in webhook mode", "give the HTTPS address that Telegram can reach"
        )
    if not telegram.webhook_secret:
        read.problem(
            "TELEGRAM_WEBHOOK_SECRET", "missing in webhook mode", "make one up, such as `openssl rand -hex 32`"
        )


def _bot_token(read: Reader, *, needed: bool) -> Secret:
    token = read.secret("TELEGRAM_BOT_TOKEN")
    if not token and needed and not read.is_faulty("TELEGRAM_BOT_TOKEN"):
        read.problem("TELEGRAM_BOT_TOKEN", "missing", "ask @BotFather for one, or start with --sandbox")
    elif token and not _TOKEN.fullmatch(token.reveal()):
        read.problem("TELEGRAM_BOT_TOKEN", "not a bot token", "copy all of it, digits and colon included")
    return token


def _webhook_secret(read: Reader) -> Secret:
    secret = read.secret("TELEGRAM_WEBHOOK_SECRET")
    if secret and not _WEBHOOK_SECRET.fullmatch(secret.reveal()):
        read.problem("TELEGRAM_WEBHOOK_SECRET", "not usable as a header", "use 1 to 256 of A-Z a-z 0-9 _ -")
    return secret


def _users(read: Reader) -> dict[int, str]:
    users: dict[int, str] = {}
    for place, entry in enumerate(_parts(read.text("TELEGRAM_USERS"), ","), 1):
        identity, _, role = entry.partition(":")
        if identity.isdecimal() and role in ROLES:
            users[int(identity)] = role
        else:
            read.problem("TELEGRAM_USERS", f"entry {place} is not ID:ROLE", f"roles are {', '.join(ROLES)}")
    return users


def _chat(read: Reader, variable: str) -> int | None:
    text = read.text(variable)
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        read.problem(variable, "not a chat id", "give the number of the chat, negative for groups")
        return None


def _http(read: Reader) -> Http:
    http = Http(
        host=read.text("BIND_HOST", "127.0.0.1"), port=read.integer("BIND_PORT", 8080, 0, 65_535), keys=_keys(read)
    )
    if http.host not in LOOPBACK and not http.keys and not read.is_faulty("LOCAL_API_KEYS"):
        read.problem("LOCAL_API_KEYS", "missing while BIND_HOST is not this machine", "set a key or bind to 127.0.0.1")
    return http


def _keys(read: Reader) -> tuple[ApiKey, ...]:
    keys: list[ApiKey] = []
    for place, entry in enumerate(_parts(read.secret("LOCAL_API_KEYS").reveal(), ";"), 1):
        key, _, listed = entry.partition(":")
        scopes = frozenset(filter(None, (scope.strip() for scope in listed.split(",")))) or frozenset({"runs:read"})
        if key and scopes <= frozenset(SCOPES):
            keys.append(ApiKey(Secret(key), scopes))
        else:
            read.problem("LOCAL_API_KEYS", f"entry {place} is not KEY:SCOPE,…", f"scopes are {', '.join(SCOPES)}")
    return tuple(keys)


def _parts(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _alert_hook(read: Reader) -> AlertHook:
    return AlertHook(
        url=read.https("ALERT_WEBHOOK_URL"),
        secret=read.secret("ALERT_WEBHOOK_SECRET"),
        timeout_seconds=read.number("ALERT_WEBHOOK_TIMEOUT_SEC", 3, 0.1, 60),
        min_severity=read.choice("ALERT_MIN_SEVERITY", "medium", SEVERITIES),
        dedup_window_seconds=read.integer("ALERT_DEDUP_WINDOW_SEC", 90, 0, DAY_SECONDS),
        retry_count=read.integer("ALERT_RETRY_COUNT", 2, 0, 20),
        dead_letter_max=read.integer("ALERT_DEAD_LETTER_MAX", 200, 1, 100_000),
    )


def _paths(read: Reader) -> Paths:
    data = read.path("DATA_DIR", PROJECTS / "orchestrator")
    profiles = read.text("PROFILES_FILE")
    return Paths(
        data=data,
        repos=read.path("REPOS_ROOT", PROJECTS / "repos"),
        workspaces=read.path("WORKSPACES_ROOT", PROJECTS / "workspaces"),
        backups=read.path("BACKUP_DIR", data / "backups"),
        logs=read.path("LOG_DIR", data / "logs"),
        profiles=Path(profiles) if profiles else None,
    )


def _limits(read: Reader) -> Limits:
    return Limits(
        max_concurrent_runs=read.integer("MAX_CONCURRENT_RUNS", 3, 1, 64),
        approval_ttl_seconds=read.integer("APPROVAL_TTL_SEC", 3600, 60, DAY_SECONDS),
        run_timeout_seconds=read.number("RUN_TIMEOUT_SEC", 3600, 1, DAY_SECONDS),
        run_idle_seconds=read.number("RUN_IDLE_TIMEOUT_SEC", 600, 1, DAY_SECONDS),
        heartbeat_seconds=read.number("RUN_HEARTBEAT_SEC", 10, 1, 60),
        kill_grace_seconds=read.number("RUN_KILL_GRACE_SEC", 30, 0, 300),
        outbox=read.integer("OUTBOX_MAX", 1000, 10, 1_000_000),
        backup_hours=read.number("BACKUP_INTERVAL_HOURS", 6, 0.01, 24 * 7),
        backup_days=read.integer("BACKUP_RETENTION_DAYS", 30, 1, 3650),
        organization=read.text("ORGANIZATION_ID", "local"),
    )
