"""What `/settings` shows: every setting that a person may want to know, and never a secret."""

from urllib.parse import urlsplit

from agent.settings.model import Settings


def describe(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Names and values. Of addresses only the host: the rest of one is often a key."""
    telegram, hook, paths, limits = settings.telegram, settings.alert_hook, settings.paths, settings.limits
    return (
        ("Updates", telegram.updates),
        ("Users", ", ".join(f"{user} {role}" for user, role in sorted(telegram.users.items())) or "anybody (sandbox)"),
        ("Admin chat", str(telegram.admin_chat or "none")),
        ("HTTP", f"{settings.http.host}:{settings.http.port}, {len(settings.http.keys)} keys"),
        ("Alert webhook", f"{_host(hook.url)}, from {hook.min_severity} on" if hook.enabled else "off"),
        ("Alertmanager", _host(settings.on_call.alertmanager_url) or "not connected"),
        ("Repositories", str(paths.repos)),
        ("Worktrees", str(paths.workspaces)),
        ("Data", str(paths.data)),
        ("Backups", f"{paths.backups}, every {limits.backup_hours:g} h, kept for {limits.backup_days} days"),
        ("Profiles", str(paths.profiles or "built in")),
        ("Runs at once", str(limits.max_concurrent_runs)),
        ("Run timeout", f"{limits.run_timeout_seconds:g} s, {limits.run_idle_seconds:g} s of silence"),
        ("Approvals expire", f"after {limits.approval_ttl_seconds} s"),
        ("Organization", limits.organization),
        ("Log level", settings.log_level),
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return "not an address"
