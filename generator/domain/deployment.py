"""Where the bundle runs: the cluster's names and addresses that people decide, with a default for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum

from generator.domain.images import Images

OURS = frozenset({"televibe-orchestrator", "node"})
"""Jobs that only the bundle deploys; nobody else can say where they are."""

_REPLACEABLE = {"kafka-exporter": "kafka", "nats": "nats"}
"""Jobs that others may deploy instead, each with the application of ours that is then left out."""


class RuleEngine(StrEnum):
    """What evaluates the rules. Only one may: two engines would send every alert twice."""

    MIMIR = "mimir"
    PROMETHEUS_OPERATOR = "prometheus-operator"


class SecretProvider(StrEnum):
    """Who makes the Secrets, which are never in git."""

    MANUAL = "manual"
    EXTERNAL_SECRETS = "external-secrets"


class OverlayName(StrEnum):
    """The variants of the bundle; Argo CD syncs one of them."""

    DEV = "dev"
    PROD = "prod"


@dataclass(frozen=True, slots=True)
class Namespaces:
    """Where each application lives. The applications' own names differ by a prefix at most: runbooks sync them."""

    argocd: str = "argocd"
    observability: str = "observability"
    kafka: str = "kafka"
    nats: str = "nats"
    jangar: str = "jangar"
    agent: str = "tocsin"

    @classmethod
    def roles(cls) -> list[str]:
        """What may be named."""
        return [one.name for one in fields(cls)]


@dataclass(frozen=True, slots=True)
class Storage:
    """The volumes' sizes as Kubernetes writes them; without a class the cluster's default is taken."""

    storage_class: str = ""
    projects: str = "50Gi"
    backups: str = "10Gi"
    silences: str = "1Gi"


@dataclass(frozen=True, slots=True)
class Mimir:
    """Where metrics go and where the ruler is."""

    url: str = "http://observability-mimir-nginx.observability.svc.cluster.local"
    tenant: str = "anonymous"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a scrape job finds its metrics when the bundle itself does not deploy it.

    Attributes:
        replicated: whether every address behind the name is a target of its own.
    """

    host: str
    port: int
    replicated: bool = False


@dataclass(frozen=True, slots=True)
class Secrets:
    """The names of the Secrets, and the store that they come from.

    Attributes:
        store: a store of External Secrets, of that kind.
        path: what the keys in the store begin with.
    """

    provider: SecretProvider = SecretProvider.MANUAL
    store: str = "tocsin"
    store_kind: str = "ClusterSecretStore"
    path: str = "tocsin"
    agent: str = "tocsin-agent"
    alertmanager: str = "alertmanager-credentials"


@dataclass(frozen=True, slots=True)
class Ingress:
    """A way in for Telegram; with it, updates come by webhook and the agent need not poll.

    Attributes:
        namespace: where the ingress controller runs, which alone may knock.
    """

    host: str
    class_name: str = ""
    tls_secret: str = "tocsin-agent-tls"  # noqa: S105 - the name of a Secret
    namespace: str = "ingress-nginx"


@dataclass(frozen=True, slots=True)
class Egress:
    """Where the agent may go besides HTTPS and SSH to anywhere.

    Attributes:
        cidr: a block of addresses; empty for any address but the link-local ones.
    """

    ports: Sequence[int]
    cidr: str = ""


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a variant has that the base has not."""

    alertmanager_replicas: int
    storage: Storage
    images: Images


_SMALL = Storage(projects="5Gi", backups="1Gi")


@dataclass(frozen=True, slots=True)
class Deployment:
    """Everything about the cluster.

    Attributes:
        overlay: the variant that Argo CD syncs.
        cluster: the API server of the cluster that is deployed to, as Argo CD knows it.
        application_prefix: what the names of Argo CD's applications begin with, where the plain ones are taken.
        agent_replicas: one, or none while a backup is restored.
        targets: scrape jobs that others deploy.
    """

    overlay: OverlayName = OverlayName.PROD
    cluster: str = "https://kubernetes.default.svc"
    application_prefix: str = ""
    agent_replicas: int = 1
    rule_engine: RuleEngine = RuleEngine.MIMIR
    namespaces: Namespaces = Namespaces()
    mimir: Mimir = Mimir()
    kafka_brokers: Sequence[str] = ("kafka-kafka-bootstrap.kafka.svc.cluster.local:9092",)
    nats_servers: Sequence[str] = tuple(
        f"http://nats-{number}.nats-headless.nats.svc.cluster.local:8222" for number in range(3)
    )
    targets: Mapping[str, Address] = field(default_factory=dict)
    secrets: Secrets = Secrets()
    ingress: Ingress | None = None
    egress: Sequence[Egress] = ()
    storage: Storage = Storage()
    images: Images = Images()
    overlays: Mapping[OverlayName, Overlay] = field(
        default_factory=lambda: {
            OverlayName.DEV: Overlay(1, _SMALL, Images()),
            OverlayName.PROD: Overlay(2, Storage(), Images()),
        }
    )

    @property
    def notes(self) -> Sequence[str]:
        """What follows from the deployment that nobody wrote, and that somebody may not expect."""
        return [
            f"deployment.targets says where {job} is, so the application {application} is not rendered; Argo CD leaves "
            f"in the cluster what an earlier one made"
            for job, application in _REPLACEABLE.items()
            if job in self.targets
        ]
