"""The application `agent`: one writer with its state, its way in for alerts, and an exporter for its volume."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from generator.artifact import HEADER, Artifact
from generator.domain import names
from generator.domain.service import Service
from generator.emit import emit
from generator.renderers.argocd import agent_pod, network, places, secrets
from generator.renderers.argocd.folder import ROOT, Application, File, Folder
from generator.renderers.argocd.objects import Manifest, claim, config_map, disruption_budget
from generator.renderers.argocd.objects import service as service_object
from generator.renderers.argocd.places import AGENT, AGENT_NAME

_EXAMPLES = {"telegram-users": "12345:admin"}
_NOTE = """\
Needs the Secret {secret}, which is not in git; External Secrets make it, or you:
  kubectl create secret generic {secret} -n {namespace} \\
    {keys}
agent-webhook-token is what Alertmanager sends; its own Secret holds the same. For git over SSH add
  --from-file=ssh-key=... --from-file=known-hosts=..."""
_BY_HAND = """\
Nobody syncs this: people apply it to restore a backup, while deployment.agent_replicas is 0 (docs/deploy.md)."""


def application(service: Service, rendered: Sequence[Artifact]) -> Application | None:
    """The application, if the agent emits anything that is watched."""
    if not any(system.emitted_by_agent for system in service.systems):
        return None
    namespace = service.deployment.namespaces.agent
    catalog = _catalog_text(rendered)
    keys = agent_pod.needed_keys(service)
    from_store = secrets.folder(service, AGENT, service.deployment.secrets.agent, namespace, keys)
    files = [
        _storage(service),
        *_catalog(service, catalog),
        _agent(service, catalog),
        File.of("services.yaml", *_services(service)),
        File.of("network-policy.yaml", network.network_policy(service)),
        *(File.of("ingress.yaml", one) for one in network.ingress(service)),
    ]
    if secrets.is_synced(service):
        return Application(AGENT, namespace, Folder(f"applications/{AGENT}", files, [from_store]))
    return Application(AGENT, namespace, Folder(f"applications/{AGENT}", files), [from_store])


def by_hand(service: Service, rendered: Sequence[Artifact]) -> Artifact:
    """The pod in which people restore a backup; it lies outside of every folder that is synced."""
    pod = agent_pod.restoring_pod(service, _catalog_text(rendered)).bare()
    return Artifact.at(f"{ROOT}/by-hand/restore.yaml", emit(pod, header=f"{HEADER}\n{_BY_HAND}"))


def _catalog_text(rendered: Sequence[Artifact]) -> str:
    return next((one.text for one in rendered if str(one.path) == names.CATALOG), "")


def _storage(service: Service) -> File:
    namespace, storage = service.deployment.namespaces.agent, service.deployment.storage
    return File.of(
        "storage.yaml",
        claim(AGENT_NAME, namespace, storage.projects, storage.storage_class),
        claim(agent_pod.BACKUPS_CLAIM, namespace, storage.backups, storage.storage_class),
    )


def _agent(service: Service, catalog: str) -> File:
    """Recreate: two agents would be two writers of one database."""
    namespace = service.deployment.namespaces.agent
    keys = " ".join(f"--from-literal={key}={_EXAMPLES.get(key, '...')}" for key in agent_pod.needed_keys(service))
    return File.of(
        "agent.yaml",
        config_map(agent_pod.SSH_MAP, namespace, agent_pod.SSH),
        agent_pod.pod(service, catalog).deployment(strategy="Recreate", replicas=service.deployment.agent_replicas),
        disruption_budget(AGENT_NAME, namespace),
        note=_NOTE.format(secret=service.deployment.secrets.agent, namespace=namespace, keys=keys),
    )


def _catalog(service: Service, text: str) -> Iterator[File]:
    if text:
        data, place = {agent_pod.CATALOG: text}, service.places.get("procedures", "")
        namespace = service.deployment.namespaces.agent
        yield File.of("catalog.yaml", config_map(agent_pod.CATALOG_MAP, namespace, data, place=place))


def _services(service: Service) -> Iterator[Manifest]:
    """One for people, which leads to a ready agent; one for alerts and scrapes, which leads to any."""
    namespace = service.deployment.namespaces.agent
    port = urlsplit(service.routing.agent.url).port or places.AGENT_PORT
    ports = {"http": port, "node": places.NODE_EXPORTER_PORT}
    yield service_object(AGENT_NAME, namespace, {"http": places.AGENT_PORT})
    yield service_object(places.AGENT_INTAKE, namespace, ports, app=AGENT_NAME, publishNotReadyAddresses=True)
