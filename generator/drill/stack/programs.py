"""The programs of the stack: where they are, and with which arguments they run."""

import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec

from generator.domain.duration import Duration
from generator.domain.service import Service
from generator.drill.stack.configuration import ALERTMANAGER, PROMETHEUS
from generator.drill.stack.environment import personal, plain
from generator.drill.stack.plan import Plan
from generator.drill.stack.ports import LOOPBACK
from generator.drill.stack.process import Process
from generator.tool import Tool

_GRACE_OF_FOR = Duration(600_000)
_OUTAGE_OF_FOR = Duration(3_600_000)
_RESEND = Duration(60_000)
_SHORTEST_RESEND = Duration(5_000)
"""Prometheus' own defaults for restored `for`s and repeated alerts, which have to shrink with everything else; a
repetition not below five seconds, because four of them missed end an alert."""


BACKUP_INTERVAL = "BACKUP_INTERVAL_HOURS"
_BACKUP_HOURS, _LEAST_BACKUP_HOURS = 6, 0.01
FASTEST_BACKUPS = 600

PERSON = 1001
"""Who chats with the bot in the simulation; a private chat has the number of its person."""

BOT = "424242:simulated-telegram-needs-no-secret-0000"
"""The shape of a bot's token, for a Telegram that only this machine can reach."""


@dataclass(frozen=True, slots=True)
class Programs:
    """What has to be installed."""

    prometheus: Tool
    alertmanager: Tool

    @classmethod
    def find(cls) -> "Programs":
        """Those on this machine.

        Raises:
            ToolMissing: naming the Debian package that brings what is missing.
        """
        name = "prometheus-alertmanager" if shutil.which("prometheus-alertmanager") else "alertmanager"
        missing = name if shutil.which(name) else "prometheus-alertmanager"
        return cls(Tool.find("prometheus", "prometheus"), Tool.find(missing, "prometheus-alertmanager"))

    def aimed(self, service: Service) -> Service:
        """The service for the installed versions, where those are older than its targets."""
        targets = service.settings.targets
        for name, tool in (("prometheus", self.prometheus), ("alertmanager", self.alertmanager)):
            if tool.version < getattr(targets, name):
                targets = targets.with_version(name, tool.version)
        return service.for_targets(targets)


def exporter(plan: Plan) -> Process:
    """The stand-in."""
    command = [
        *(sys.executable, "-m", "generator.drill.exporter"),
        f"--spec={plan.spec.absolute()}",
        f"--time-scale={plan.service.time_scale}",
        f"--port={plan.addresses.exporter}",
        *(f"--elsewhere={job}" for job in sorted(plan.real_jobs)),
    ]
    return Process("exporter", command, plan.places.logs / "exporter.log")


def telegram(plan: Plan) -> Process:
    """The simulated Telegram: a process beside the agent, not below it, so that it outlives an agent that is killed."""
    command = [
        *(sys.executable, "-m", "agent.sandbox"),
        f"--port={plan.addresses.telegram}",
        f"--token={BOT}",
        f"--chat={PERSON}",
    ]
    return Process("telegram", command, plan.places.logs / "telegram.log")


def agent(plan: Plan, token: str) -> Process:
    """The agent, with everything that it keeps below the stack's own folder."""
    data = plan.places.of("agent").absolute()
    catalog = plan.places.bundle / "monitoring/runbooks/catalog.json"
    inherited = personal() if plan.telegram_is_real else plain()
    environment = {
        **inherited,
        "BIND_HOST": LOOPBACK,
        "BIND_PORT": str(plan.addresses.agent),
        "DATA_DIR": str(data / "state"),
        "REPOS_ROOT": str(data / "repos"),
        "WORKSPACES_ROOT": str(data / "workspaces"),
        "ALERTMANAGER_URL": plan.addresses.url("alertmanager"),
        "PROMETHEUS_URL": plan.addresses.url("prometheus") if draws() else "",
        "ALERTMANAGER_WEBHOOK_TOKEN": token,
        "RUNBOOK_CATALOG": str(catalog.absolute()),
        BACKUP_INTERVAL: inherited.get(BACKUP_INTERVAL) or f"{backup_hours(plan.service.time_scale):g}",
        **({} if plan.telegram_is_real else _simulated(plan)),
        **dict(plan.environment),
    }
    return Process("agent", [sys.executable, "-m", "agent"], plan.places.logs / "agent.log", environment)


def backup_hours(time_scale: int) -> float:
    """How often the agent makes a backup, as the rules that watch it expect: six hours, divided like everything else.

    The agent takes no less than 36 s, so from a scale of `FASTEST_BACKUPS` on BackupTooOld fires by itself.
    """
    return max(_BACKUP_HOURS / time_scale, _LEAST_BACKUP_HOURS)


def _simulated(plan: Plan) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": BOT,
        "TELEGRAM_BASE_URL": f"{plan.addresses.url('telegram')}/bot",
        "TELEGRAM_USERS": f"{PERSON}:admin",
        "TELEGRAM_ADMIN_CHAT_ID": str(PERSON),
        "ONCALL_CHAT_IDS": str(PERSON),
    }


def draws() -> bool:
    """Whether the agent can draw charts: its extra `charts` is installed."""
    return find_spec("matplotlib") is not None


def alertmanager(plan: Plan, tool: Tool) -> Process:
    """Alertmanager, alone: no cluster."""
    command = [
        tool.path,
        "--config.file=alertmanager.yml",
        f"--storage.path={plan.places.of('alertmanager').absolute()}",
        f"--web.listen-address={LOOPBACK}:{plan.addresses.alertmanager}",
        "--cluster.listen-address=",
    ]
    folder = plan.places.bundle / ALERTMANAGER
    return Process("alertmanager", command, plan.places.logs / "alertmanager.log", folder=folder)


def prometheus(plan: Plan, tool: Tool) -> Process:
    """Prometheus, keeping a day."""
    scale = plan.service.time_scale
    resend = max(_RESEND // scale, min(_RESEND, _SHORTEST_RESEND))
    command = [
        tool.path,
        "--config.file=prometheus.yml",
        f"--storage.tsdb.path={plan.places.of('prometheus').absolute()}",
        "--storage.tsdb.retention.time=1d",
        f"--web.listen-address={LOOPBACK}:{plan.addresses.prometheus}",
        f"--rules.alert.for-grace-period={_GRACE_OF_FOR // scale}",
        f"--rules.alert.for-outage-tolerance={_OUTAGE_OF_FOR // scale}",
        f"--rules.alert.resend-delay={resend}",
    ]
    return Process("prometheus", command, plan.places.logs / "prometheus.log", folder=plan.places.bundle / PROMETHEUS)
