"""Where everything lives in the cluster: namespaces, addresses, ports, sizes, images. The only place that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# Namespaces and applications. The runbook's `argocd app sync kafka` and its siblings need these names.
ARGOCD = "argocd"
OBSERVABILITY = "observability"
KAFKA = "kafka"
NATS = "nats"
JANGAR = "jangar"
AGENT = "agent"
AGENT_NAMESPACE = "tocsin"
SERVER = "https://kubernetes.default.svc"

# Sync waves: who takes what others send comes first.
WAVES: Mapping[str, int] = {OBSERVABILITY: 1, KAFKA: 2, NATS: 2, JANGAR: 3, AGENT: 3}

# Images, always with their version.
ALERTMANAGER_IMAGE = "quay.io/prometheus/alertmanager:v0.34.2"
ALLOY_IMAGE = "docker.io/grafana/alloy:v1.11.2"
AGENT_IMAGE = "ghcr.io/example/tocsin-agent:0.1.0"
KAFKA_EXPORTER_IMAGE = "docker.io/danielqsj/kafka-exporter:v1.8.0"
NATS_EXPORTER_IMAGE = "docker.io/natsio/prometheus-nats-exporter:0.15.0"
NODE_EXPORTER_IMAGE = "quay.io/prometheus/node-exporter:v1.9.1"
PYTHON_IMAGE = "docker.io/library/python:3.13.5-alpine3.22"

# What is there already.
MIMIR_URL = f"http://observability-mimir-nginx.{OBSERVABILITY}.svc.cluster.local"
MIMIR_TENANT = "anonymous"
KAFKA_BROKERS = (f"kafka-kafka-bootstrap.{KAFKA}.svc.cluster.local:9092",)
NATS_MONITORS = tuple(f"http://nats-{number}.nats-headless.{NATS}.svc.cluster.local:8222" for number in range(3))

# What we put there.
AGENT_NAME = "tocsin-agent"
AGENT_PORT = 8080
AGENT_INTAKE = f"{AGENT_NAME}-alerts"
ALERTMANAGER = "alertmanager"
ALERTMANAGER_PORT = 9093
ALERTMANAGER_PEERS_PORT = 9094
ALERTMANAGER_REPLICAS = 2
ALLOY_PORT = 12345
KAFKA_EXPORTER = "kafka-exporter"
KAFKA_EXPORTER_PORT = 9308
NATS_EXPORTER = "nats-exporter"
NATS_EXPORTER_PORT = 7777
NODE_EXPORTER_PORT = 9100
OTLP_GRPC_PORT = 4317
OTLP_HTTP_PORT = 4318

PROJECTS_SIZE = "50Gi"
BACKUPS_SIZE = "10Gi"
SILENCES_SIZE = "1Gi"


class RuleEngine(StrEnum):
    """What evaluates the rules. Only one may: two engines would send every alert twice."""

    MIMIR = "mimir"
    PROMETHEUS_OPERATOR = "prometheus-operator"


RULE_ENGINE = RuleEngine.MIMIR


@dataclass(frozen=True, slots=True)
class Target:
    """Where a scrape job finds its metrics.

    Attributes:
        collector: the application whose collector scrapes it.
        host: a name that stands for one address, or for all replicas' addresses.
        replicated: whether every address behind the name is a target of its own.
    """

    collector: str
    host: str
    port: int
    replicated: bool = False


# The agent is scraped through the Service that lists it even while it is not ready: a silent Telegram is no dead agent.
TARGETS: Mapping[str, Target] = {
    "kafka-exporter": Target(KAFKA, f"{KAFKA_EXPORTER}.{KAFKA}.svc.cluster.local", KAFKA_EXPORTER_PORT),
    "nats": Target(NATS, f"{NATS_EXPORTER}.{NATS}.svc.cluster.local", NATS_EXPORTER_PORT),
    "televibe-orchestrator": Target(OBSERVABILITY, f"{AGENT_INTAKE}.{AGENT_NAMESPACE}.svc.cluster.local", AGENT_PORT),
    "node": Target(OBSERVABILITY, f"{AGENT_INTAKE}.{AGENT_NAMESPACE}.svc.cluster.local", NODE_EXPORTER_PORT),
    "openagents-runtime": Target(OBSERVABILITY, "runtime-headless.openagents.svc.cluster.local", 4000, replicated=True),
}
