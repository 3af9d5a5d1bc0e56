"""The application `agent`: one writer with its state, its way in for alerts, and an exporter for its volume."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from generator.artifact import Artifact
from generator.domain import names
from generator.domain.service import Service
from generator.renderers.argocd import agent_pod, places
from generator.renderers.argocd.folder import Application, File
from generator.renderers.argocd.network import network_policy
from generator.renderers.argocd.objects import Manifest, claim, config_map, disruption_budget
from generator.renderers.argocd.objects import service as service_object
from generator.renderers.argocd.places import AGENT, AGENT_NAME, AGENT_NAMESPACE

_NOTE = f"""\
Needs the Secret {agent_pod.SECRET}, which is not in git:
  kubectl create secret generic {agent_pod.SECRET} -n {AGENT_NAMESPACE} --from-literal=telegram-bot-token=... \\
    --from-literal=telegram-users=12345:admin --from-literal=local-api-keys=... --from-literal=agent-webhook-token=...
agent-webhook-token is what Alertmanager sends; its own Secret holds the same."""


def application(service: Service, rendered: Sequence[Artifact]) -> Application | None:
    """The application, if the agent emits anything that is watched."""
    if not any(system.emitted_by_agent for system in service.systems):
        return None
    catalog = next((one.text for one in rendered if str(one.path) == names.CATALOG), "")
    pod = agent_pod.pod(service, catalog)
    return Application.of(
        AGENT,
        AGENT_NAMESPACE,
        File.of(
            "storage.yaml",
            claim(AGENT_NAME, AGENT_NAMESPACE, places.PROJECTS_SIZE),
            claim(agent_pod.BACKUPS_CLAIM, AGENT_NAMESPACE, places.BACKUPS_SIZE),
        ),
        *_catalog(catalog),
        # Recreate: two agents would be two writers of one database.
        File.of(
            "agent.yaml",
            pod.deployment(strategy="Recreate"),
            disruption_budget(AGENT_NAME, AGENT_NAMESPACE),
            note=_NOTE,
        ),
        File.of("services.yaml", *_services(service)),
        File.of("network-policy.yaml", network_policy()),
    )


def _catalog(text: str) -> Iterator[File]:
    if text:
        data = {agent_pod.CATALOG: text}
        yield File.of("catalog.yaml", config_map(agent_pod.CATALOG_MAP, AGENT_NAMESPACE, data))


def _services(service: Service) -> Iterator[Manifest]:
    """One for people, which leads to a ready agent; one for alerts and scrapes, which leads to any."""
    port = urlsplit(service.routing.agent.url).port or places.AGENT_PORT
    ports = {"http": port, "node": places.NODE_EXPORTER_PORT}
    yield service_object(AGENT_NAME, AGENT_NAMESPACE, {"http": places.AGENT_PORT})
    yield service_object(places.AGENT_INTAKE, AGENT_NAMESPACE, ports, app=AGENT_NAME, publishNotReadyAddresses=True)
