"""Alertmanager: two replicas that share what they sent, with credentials that only the cluster knows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from generator.artifact import Artifact
from generator.domain import names
from generator.domain.service import Service
from generator.renderers.argocd import places
from generator.renderers.argocd.folder import File
from generator.renderers.argocd.objects import Manifest, alias, claim_spec, config_map, digest, disruption_budget
from generator.renderers.argocd.objects import service as service_object
from generator.renderers.argocd.places import ALERTMANAGER, inside
from generator.renderers.argocd.places import ALERTMANAGER_PEERS as _PEERS
from generator.renderers.argocd.volumes import Volume
from generator.renderers.argocd.workloads import Container, Pod, http_probe

_EVERY_PEER: Manifest = {"clusterIP": "None", "publishNotReadyAddresses": True}
_CONFIG = "/etc/alertmanager/config"
_DATA = "/alertmanager"
_NOTE = """\
Needs the Secret {secret}, which is not in git; External Secrets make it, or you:
  kubectl create secret generic {secret} -n {namespace} {keys}
Who evaluates the rules sends to every replica: argocd/values has what Mimir or the operator has to know of it."""


def alertmanager(service: Service, rendered: Sequence[Artifact]) -> File:
    """Everything of it in one file."""
    files = {_place(artifact): artifact.text for artifact in rendered if _is_configuration(artifact)}
    keys = {path.rsplit("/", 1)[-1]: path for path in files}
    data = {key: files[path] for key, path in keys.items()}
    namespace, storage = service.deployment.namespaces.observability, service.deployment.storage
    container = _container(service, [_configuration(keys), *_credentials(service)])
    pod = Pod(ALERTMANAGER, namespace, [container], digest(data))
    claims = {"data": claim_spec(storage.silences, storage.storage_class)}
    objects: list[Manifest] = [
        config_map(ALERTMANAGER, namespace, data, place=service.places.get("routing", "")),
        pod.stateful_set(_replicas(service), _PEERS, claims),
        service_object(ALERTMANAGER, namespace, {"http": places.ALERTMANAGER_PORT}),
        service_object(_PEERS, namespace, container.ports, app=ALERTMANAGER, **_EVERY_PEER),
        disruption_budget(ALERTMANAGER, namespace),
        *_way_to_the_agent(service),
    ]
    return File.of(f"{ALERTMANAGER}.yaml", *objects, note=_note(service))


def _replicas(service: Service) -> int:
    """As many as the overlay with the most, so that every replica knows the names of all its peers."""
    return max(overlay.alertmanager_replicas for overlay in service.deployment.overlays.values())


def _is_configuration(artifact: Artifact) -> bool:
    """The configuration and its templates; the tests beside them stay at home."""
    place = PurePosixPath(_place(artifact))
    return str(place) == "alertmanager.yml" or (str(place.parent) == "templates" and place.suffix == ".tmpl")


def _place(artifact: Artifact) -> str:
    return str(artifact.path).removeprefix(f"{names.ALERTMANAGER}/")


def _configuration(keys: dict[str, str]) -> Volume:
    return Volume.of_config_map("config", _CONFIG, ALERTMANAGER, keys)


def credential_files(service: Service) -> Iterator[PurePosixPath]:
    """The files that the configuration reads secrets from."""
    yield PurePosixPath(service.routing.agent.credentials_file)
    if service.routing.way_out:
        yield PurePosixPath(service.routing.way_out.bot_token_file)


def _credentials(service: Service) -> Iterator[Volume]:
    """One volume for each folder that the configuration reads secrets from."""
    folders: dict[str, list[str]] = defaultdict(list)
    for file in credential_files(service):
        folders[str(file.parent)].append(file.name)
    for number, (folder, keys) in enumerate(folders.items(), start=1):
        yield Volume.of_secret(f"credentials-{number}", folder, service.deployment.secrets.alertmanager, keys)


def _container(service: Service, volumes: Sequence[Volume]) -> Container:
    hosts = (f"{ALERTMANAGER}-{number}.{_PEERS}" for number in range(_replicas(service)))
    return Container(
        name=ALERTMANAGER,
        image=str(service.deployment.images.alertmanager),
        memory=("64Mi", "256Mi"),
        args=[
            f"--config.file={_CONFIG}/alertmanager.yml",
            f"--storage.path={_DATA}",
            f"--web.listen-address=:{places.ALERTMANAGER_PORT}",
            f"--cluster.listen-address=0.0.0.0:{places.ALERTMANAGER_PEERS_PORT}",
            *(f"--cluster.peer={host}:{places.ALERTMANAGER_PEERS_PORT}" for host in hosts),
        ],
        ports={"http": places.ALERTMANAGER_PORT, "peers": places.ALERTMANAGER_PEERS_PORT},
        probes={
            "livenessProbe": http_probe("/-/healthy", every=10, timeout=5, failures=3),
            "readinessProbe": http_probe("/-/ready", every=10, timeout=5, failures=3),
        },
        volumes=[*volumes, Volume("data", _DATA, {}, read_only=False)],
    )


def _way_to_the_agent(service: Service) -> Iterator[Manifest]:
    """The configuration may call the agent by a short name; in this namespace an alias gives it a meaning."""
    host = urlsplit(service.routing.agent.url).hostname or ""
    if host and "." not in host:
        spaces = service.deployment.namespaces
        yield alias(host, spaces.observability, inside(places.AGENT_INTAKE, spaces.agent))


def _note(service: Service) -> str:
    keys = " ".join(f"--from-file={file.name}=..." for file in credential_files(service))
    return _NOTE.format(
        secret=service.deployment.secrets.alertmanager,
        namespace=service.deployment.namespaces.observability,
        keys=keys,
    )
