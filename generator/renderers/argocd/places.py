"""What is the same in every cluster: names of applications and workloads, their ports, who syncs before whom.

What people decide is in `generator.domain.deployment`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from generator.domain.deployment import Deployment

# Applications. The runbook's `argocd app sync kafka` and its siblings need these names.
OBSERVABILITY = "observability"
KAFKA = "kafka"
NATS = "nats"
JANGAR = "jangar"
AGENT = "agent"

# Sync waves: who takes what others send comes first.
WAVES: Mapping[str, int] = {OBSERVABILITY: 1, KAFKA: 2, NATS: 2, JANGAR: 3, AGENT: 3}

AGENT_NAME = "tocsin-agent"
AGENT_PORT = 8080
AGENT_INTAKE = f"{AGENT_NAME}-alerts"
ALERTMANAGER = "alertmanager"
ALERTMANAGER_PEERS = f"{ALERTMANAGER}-peers"
"""The headless Service: who sends alerts has to send them to every replica."""

ALERTMANAGER_PORT = 9093
ALERTMANAGER_PEERS_PORT = 9094
ALLOY_PORT = 12345
KAFKA_EXPORTER = "kafka-exporter"
KAFKA_EXPORTER_PORT = 9308
NATS_EXPORTER = "nats-exporter"
NATS_EXPORTER_PORT = 7777
NODE_EXPORTER_PORT = 9100
OTLP_GRPC_PORT = 4317
OTLP_HTTP_PORT = 4318
PROMETHEUS_PORT = 9090


def inside(name: str, namespace: str) -> str:
    """The name of a Service for the whole cluster."""
    return f"{name}.{namespace}.svc.cluster.local"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a scrape job finds its metrics.

    Attributes:
        application: whose collector scrapes it.
        host: a name that stands for one address, or for all replicas' addresses.
        replicated: whether every address behind the name is a target of its own.
        app: the Service of ours behind the name; empty when others deploy it.
        port_name: that Service's port.
    """

    application: str
    host: str
    port: int
    replicated: bool = False
    app: str = ""
    port_name: str = "http"


def targets(deployment: Deployment) -> Mapping[str, Target]:
    """Every job whose address is known.

    The agent is scraped through the Service that lists it even while it is not ready: a silent Telegram is no dead
    agent.
    """
    spaces = deployment.namespaces
    intake = inside(AGENT_INTAKE, spaces.agent)
    others = {
        job: Target(OBSERVABILITY, address.host, address.port, address.replicated)
        for job, address in deployment.targets.items()
    }
    ours = {
        "kafka-exporter": Target(KAFKA, inside(KAFKA_EXPORTER, spaces.kafka), KAFKA_EXPORTER_PORT, app=KAFKA_EXPORTER),
        "nats": Target(NATS, inside(NATS_EXPORTER, spaces.nats), NATS_EXPORTER_PORT, app=NATS_EXPORTER),
        "televibe-orchestrator": Target(OBSERVABILITY, intake, AGENT_PORT, app=AGENT_INTAKE),
        "node": Target(OBSERVABILITY, intake, NODE_EXPORTER_PORT, app=AGENT_INTAKE, port_name="node"),
    }
    return ours | others
