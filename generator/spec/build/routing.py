"""`routing`, `severities` and `labels`: what holds for all systems."""

from collections.abc import Mapping

from generator.domain.duration import Duration
from generator.domain.routing import Routing, Timing, WayOut, Webhook
from generator.domain.severity import Severity, SeverityMeaning
from generator.spec.entry import Entry

_DEFAULT = Timing(Duration(30_000), Duration(300_000), Duration(4 * 3_600_000))
_SERIES_PER_METRIC = 10_000
_HEARTBEAT = Timing(Duration(0), Duration(60_000), Duration(60_000))


def read_routing(spec: Entry) -> Routing:
    """The routing of the bundle."""
    entry = spec.child("routing")
    webhook, way_out = entry.child("agent_webhook"), entry.child("way_out")
    timing = _timing(entry, _DEFAULT)
    per_severity = entry.child("severities")
    return Routing(
        group_by=entry.strings("group_by") or ("alertname", "system"),
        timing=timing,
        agent=Webhook(webhook.text("url"), webhook.text("credentials_file")),
        way_out=WayOut(way_out.integer("chat_id", 0), way_out.text("bot_token_file")) if entry.has("way_out") else None,
        timings={severity: _timing(per_severity.child(severity), timing) for severity in Severity},
        heartbeat=_timing(entry.child("heartbeat"), _HEARTBEAT),
    )


def _timing(entry: Entry, default: Timing) -> Timing:
    timing = Timing(
        entry.duration("group_wait", default.group_wait),
        entry.duration("group_interval", default.group_interval),
        entry.duration("repeat_interval", default.repeat_interval),
    )
    for key in ("group_interval", "repeat_interval"):
        if entry.has(key) and not getattr(timing, key):
            entry.problem(key, "an interval of zero", "write at least 1s; Alertmanager refuses zero")
    return timing


def read_severities(spec: Entry) -> Mapping[Severity, SeverityMeaning]:
    """What each severity asks of the on-call."""
    entry = spec.child("severities")
    found = {}
    for severity in Severity:
        part = entry.child(severity)
        found[severity] = SeverityMeaning(severity, part.text("means"), part.text("sev"), part.text("covers"))
    return found


def read_series_limit(spec: Entry) -> int:
    """The most series that one metric of one target may have."""
    return spec.child("labels").integer("series_per_metric", _SERIES_PER_METRIC)


def read_label_budgets(spec: Entry) -> tuple[frozenset[str], Mapping[str, int]]:
    """Forbidden label keys, and budgets of the open ones; a key that is both is noted."""
    entry = spec.child("labels")
    forbidden = frozenset(entry.strings("forbidden"))
    budgets = entry.child("budgets")
    found = {name: budgets.integer(name, 1) for name in budgets.keys}
    for name in found:
        if name in forbidden:
            budgets.problem(name, f"label {name!r} is forbidden and has a budget", "remove it from one of them")
    return forbidden, found
