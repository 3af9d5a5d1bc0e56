"""The agent's pod: what it is told, where it may write, when it is restarted, and the exporter of its volume.

The node exporter runs beside the agent and not on every node, because only there the projects volume is mounted as
`/projects`; from the node it is seen as `/var/lib/kubelet/pods/...`, and no rule would ever match it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator.domain.deployment import Deployment, Ingress, RuleEngine
from generator.domain.service import Service
from generator.renderers.argocd import places
from generator.renderers.argocd.data_source import query_url
from generator.renderers.argocd.objects import Manifest, digest
from generator.renderers.argocd.places import AGENT_NAME, ALERTMANAGER, inside
from generator.renderers.argocd.volumes import Volume
from generator.renderers.argocd.workloads import Container, Pod, http_probe, secret_variable

CATALOG = "catalog.json"
CATALOG_MAP = f"{AGENT_NAME}-catalog"
BACKUPS_CLAIM = f"{AGENT_NAME}-backups"
RESTORE = f"{AGENT_NAME}-restore"

WEBHOOK_PATH = "/webhooks/telegram"

_PROJECTS = "/projects"
_BACKUPS = "/backups"
"""Not below the projects: the runtime would make the folders on the way as root, and the agent could not write them."""

_ETC = "/etc/tocsin"
_SSH_KEYS = "/etc/tocsin-ssh"
_SSH_CONFIG = "/etc/ssh/ssh_config.d"
SSH_MAP = f"{AGENT_NAME}-ssh"
SSH = {
    "tocsin.conf": f"""\
# For git of the agent and of the coding CLIs; what a Secret without these keys leaves out is no error.
Host *
  IdentityFile {_SSH_KEYS}/ssh-key
  IdentitiesOnly yes
  UserKnownHostsFile {_SSH_KEYS}/known-hosts
  StrictHostKeyChecking yes
"""
}
"""Whole-machine configuration of ssh, because the agent hands no `GIT_*` variable to what it starts."""

_GRACE = 60
_CPU = "50m"
_MEMORY = ("192Mi", "4Gi")
"""Asked for: half as much again as eight runs of the stand-in took, 114 MiB with their processes; idle it was 58 MiB
and 2 millicores (`python -m benchmarks.agent_memory`, CPython 3.11, x86-64). At most: room for three coding CLIs, whose
builds and tests are not ours to measure."""

_NEEDED = {
    "TELEGRAM_BOT_TOKEN": "telegram-bot-token",
    "TELEGRAM_USERS": "telegram-users",
    "LOCAL_API_KEYS": "local-api-keys",
    "ALERTMANAGER_WEBHOOK_TOKEN": "agent-webhook-token",
}
_BY_WEBHOOK = {"TELEGRAM_WEBHOOK_SECRET": "telegram-webhook-secret"}
_WANTED = {
    "TELEGRAM_ADMIN_CHAT_ID": "telegram-admin-chat-id",
    "ALERT_WEBHOOK_URL": "alert-webhook-url",
    "ALERT_WEBHOOK_SECRET": "alert-webhook-secret",
}


def pod(service: Service, catalog: str) -> Pod:
    """The agent and the exporter of its volume; a new catalogue restarts them."""
    containers = [_agent(service, catalog), *_volume_exporter(service)]
    read = digest({CATALOG: catalog, **SSH})
    return Pod(AGENT_NAME, service.deployment.namespaces.agent, containers, read, grace=_GRACE)


def restoring_pod(service: Service, catalog: str) -> Pod:
    """A pod that waits for an hour with the agent's volumes and settings, for `tocsin-agent restore`.

    Its image is that of the variant that is synced, because only the version that runs knows its database.
    """
    deployment = service.deployment
    image = deployment.overlays[deployment.overlay].images.agent
    container = replace(_agent(service, catalog), image=str(image), command=["sleep", "3600"], ports={}, probes={})
    return Pod(RESTORE, deployment.namespaces.agent, [container], restart="Never", grace=0)


def needed_keys(service: Service) -> list[str]:
    """The keys of the agent's Secret without which it does not start."""
    return list(_needed(service).values())


def _needed(service: Service) -> Mapping[str, str]:
    return {**_NEEDED, **(_BY_WEBHOOK if service.deployment.ingress else {})}


def _agent(service: Service, catalog: str) -> Container:
    """Probes as documented; the one at startup gives recovery after a crash a minute before liveness counts."""
    return Container(
        name="agent",
        image=str(service.deployment.images.agent),
        memory=_MEMORY,
        cpu=_CPU,
        env=list(_environment(service, catalog)),
        ports={"http": places.AGENT_PORT},
        probes={
            "startupProbe": http_probe("/health/live", every=2, timeout=5, failures=30),
            "livenessProbe": http_probe("/health/live", every=10, timeout=5, failures=3),
            "readinessProbe": http_probe("/health/ready", every=15, timeout=10, failures=2),
        },
        volumes=list(_volumes(service.deployment.secrets.agent, catalog)),
    )


def _volumes(secret: str, catalog: str) -> Iterator[Volume]:
    yield Volume.of_claim("projects", _PROJECTS, AGENT_NAME)
    yield Volume.of_claim("backups", _BACKUPS, BACKUPS_CLAIM)
    yield Volume.scratch("tmp", "/tmp")  # noqa: S108 - a volume of the pod's own
    yield Volume.of_config_map("ssh-config", _SSH_CONFIG, SSH_MAP)
    yield Volume.of_secret("ssh-keys", _SSH_KEYS, secret, ["ssh-key", "known-hosts"], optional=True)
    if catalog:
        yield Volume.of_config_map("catalog", _ETC, CATALOG_MAP)


def _environment(service: Service, catalog: str) -> Iterator[Manifest]:
    """Where it runs, and what only the cluster knows. `tests/argocd` holds the names to the agent's settings."""
    alertmanager = inside(ALERTMANAGER, service.deployment.namespaces.observability)
    secret = service.deployment.secrets.agent
    plain = {
        "HOME": _PROJECTS,
        "BIND_HOST": "0.0.0.0",  # noqa: S104 - the network policy and the API keys decide who gets in
        "BIND_PORT": str(places.AGENT_PORT),
        "BACKUP_DIR": _BACKUPS,
        "ALERTMANAGER_URL": f"http://{alertmanager}:{places.ALERTMANAGER_PORT}",
        "RUNBOOK_CATALOG": f"{_ETC}/{CATALOG}" if catalog else "",
        **_prometheus(service.deployment),
        **_telegram(service.deployment.ingress),
    }
    for name, value in plain.items():
        yield {"name": name, "value": value}
    yield from (secret_variable(name, secret, key) for name, key in _needed(service).items())
    yield from (secret_variable(name, secret, key, optional=True) for name, key in _WANTED.items())


def _prometheus(deployment: Deployment) -> Mapping[str, str]:
    """For charts in the chat: the same that Grafana asks."""
    asked = {"PROMETHEUS_URL": query_url(deployment)}
    if deployment.rule_engine is RuleEngine.PROMETHEUS_OPERATOR:
        return asked
    return {**asked, "PROMETHEUS_TENANT": deployment.mimir.tenant}


def _telegram(ingress: Ingress | None) -> Mapping[str, str]:
    """With a way in, Telegram calls; without, the agent asks."""
    if not ingress:
        return {}
    return {"TELEGRAM_UPDATES": "webhook", "TELEGRAM_WEBHOOK_URL": f"https://{ingress.host}{WEBHOOK_PATH}"}


def mount_points(service: Service) -> list[str]:
    """The mount points whose free space the rules read."""
    metrics = (metric for system in service.systems for metric in system.metrics if metric.job == "node")
    labels = (metric.label("mountpoint") for metric in metrics)
    return list(dict.fromkeys(value for label in labels if label for value in label.values))


def _volume_exporter(service: Service) -> Iterator[Container]:
    watched = mount_points(service)
    if watched:
        yield Container(
            name="node-exporter",
            image=str(service.deployment.images.node_exporter),
            memory=("16Mi", "64Mi"),
            args=[
                f"--web.listen-address=:{places.NODE_EXPORTER_PORT}",
                "--collector.disable-defaults",
                "--collector.filesystem",
                f"--collector.filesystem.mount-points-include=^({'|'.join(watched)})$",
            ],
            ports={"node": places.NODE_EXPORTER_PORT},
            volumes=[Volume.of_claim("projects", _PROJECTS, AGENT_NAME, read_only=True)],
        )
