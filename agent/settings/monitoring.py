"""The part of the environment that is about the monitoring: alerts on their way in, the on-call, and charts."""

import re
from pathlib import Path

from agent.settings.model import Charts, OnCall
from agent.settings.reading import DAY_SECONDS, Reader

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?")
_TENANT = re.compile(r"[A-Za-z0-9!_.*'()|-]{1,150}")
"""Source: https://grafana.com/docs/mimir/latest/configure/about-tenant-ids/"""

_SHORTEST_WATCH = 5


def on_call(read: Reader) -> OnCall:
    """Alertmanager, who is told, and what steps may reach."""
    catalog, rota = read.text("RUNBOOK_CATALOG"), read.text("ONCALL_ROTA_FILE")
    return OnCall(
        alertmanager_url=read.web("ALERTMANAGER_URL"),
        alertmanager_user=read.text("ALERTMANAGER_USER"),
        alertmanager_password=read.secret("ALERTMANAGER_PASSWORD"),
        alertmanager_token=read.secret("ALERTMANAGER_TOKEN"),
        alertmanager_timeout_seconds=read.number("ALERTMANAGER_TIMEOUT_SEC", 5, 0.1, 60),
        webhook_token=read.secret("ALERTMANAGER_WEBHOOK_TOKEN"),
        catalog=Path(catalog) if catalog else None,
        chats=_chats(read, "ONCALL_CHAT_IDS"),
        rota=Path(rota) if rota else None,
        ack_lapse_critical_seconds=read.integer("ONCALL_ACK_LAPSE_CRITICAL_SEC", 3600, 60, 7 * DAY_SECONDS),
        ack_lapse_warning_seconds=read.integer("ONCALL_ACK_LAPSE_WARNING_SEC", 8 * 3600, 60, 7 * DAY_SECONDS),
        storm_groups=read.integer("ONCALL_STORM_GROUPS", 10, 1, 1000),
        watchdog_seconds=_watchdog(read),
        exit_seconds=read.integer("INCIDENT_EXIT_SEC", 3600, 60, DAY_SECONDS),
        action_hosts=_hosts(read, "ACTION_HOSTS"),
        action_base_url=read.web("ACTION_BASE_URL"),
        action_key=read.secret("ACTION_API_KEY"),
        action_timeout_seconds=read.number("ACTION_TIMEOUT_SEC", 30, 0.1, 300),
    )


def charts(read: Reader) -> Charts:
    """Where the values under an alert come from."""
    return Charts(
        prometheus_url=read.web("PROMETHEUS_URL"),
        prometheus_user=read.text("PROMETHEUS_USER"),
        prometheus_password=read.secret("PROMETHEUS_PASSWORD"),
        prometheus_token=read.secret("PROMETHEUS_TOKEN"),
        prometheus_tenant=_tenant(read),
        prometheus_timeout_seconds=read.number("PROMETHEUS_TIMEOUT_SEC", 10, 0.1, 60),
        hours=read.number("CHART_HOURS", 6, 0.1, 24 * 14),
    )


def _watchdog(read: Reader) -> int:
    seconds = read.integer("WATCHDOG_PERIOD_SEC", 300, 0, DAY_SECONDS)
    if 0 < seconds < _SHORTEST_WATCH:
        read.problem("WATCHDOG_PERIOD_SEC", "too short", f"give at least {_SHORTEST_WATCH}, or 0 to switch it off")
    return seconds


def _tenant(read: Reader) -> str:
    tenant = read.text("PROMETHEUS_TENANT")
    if tenant and not _TENANT.fullmatch(tenant):
        read.problem("PROMETHEUS_TENANT", "not the name of a tenant", "use letters, digits and !-_.*'()|")
    return tenant


def _chats(read: Reader, variable: str) -> tuple[int, ...]:
    entries = [part.strip() for part in read.text(variable).split(",") if part.strip()]
    try:
        return tuple(dict.fromkeys(int(entry) for entry in entries))
    except ValueError:
        read.problem(variable, "not a list of chat ids", "give numbers separated by commas, negative for groups")
        return ()


def _hosts(read: Reader, variable: str) -> tuple[str, ...]:
    entries = [part.strip().lower() for part in read.text(variable).split(",") if part.strip()]
    if all(_HOST.fullmatch(entry) for entry in entries):
        return tuple(dict.fromkeys(entries))
    read.problem(variable, "not a list of hosts", "give host or host:port without https://, separated by commas")
    return ()
