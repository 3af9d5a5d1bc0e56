"""Pods and what keeps them running: never root, never writing to their image, never talking to the API server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generator.renderers.argocd.objects import CONFIG_HASH, Manifest, metadata, own_labels
from generator.renderers.argocd.volumes import Volume

_USER = 10001


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One process of a pod.

    Attributes:
        ports: by name.
        probes: by their key in the container, such as `livenessProbe`.
        memory: what it asks for and what it may take at most.
    """

    name: str
    image: str
    memory: tuple[str, str]
    cpu: str = "10m"
    command: Sequence[str] = ()
    args: Sequence[str] = ()
    env: Sequence[Manifest] = ()
    ports: Mapping[str, int] = field(default_factory=dict)
    volumes: Sequence[Volume] = ()
    probes: Mapping[str, Manifest] = field(default_factory=dict)

    def data(self) -> Manifest:
        """The container, without what is empty."""
        found: Manifest = {
            "name": self.name,
            "image": self.image,
            "command": list(self.command),
            "args": list(self.args),
            "env": list(self.env),
            "ports": [{"name": name, "containerPort": number} for name, number in self.ports.items()],
            **self.probes,
            "volumeMounts": [volume.mount for volume in self.volumes],
        }
        filled: Manifest = {key: value for key, value in found.items() if value}
        return filled | {"resources": self._resources(), "securityContext": _confinement()}

    def _resources(self) -> Manifest:
        asked, most = self.memory
        return {"requests": {"cpu": self.cpu, "memory": asked}, "limits": {"memory": most}}


@dataclass(frozen=True, slots=True)
class Pod:
    """The template of a workload's pods.

    Attributes:
        config_hash: changes when the pods must restart.
    """

    name: str
    namespace: str
    containers: Sequence[Container]
    config_hash: str = ""
    restart: str = ""
    grace: int = 30

    def template(self) -> Manifest:
        """Labels, annotations and the pod itself."""
        found: Manifest = {"labels": own_labels(self.name)}
        if self.config_hash:
            found["annotations"] = {CONFIG_HASH: self.config_hash}
        return {"metadata": found, "spec": self._spec()}

    def _spec(self) -> Manifest:
        volumes = {volume.name: volume.source for one in self.containers for volume in one.volumes if volume.source}
        found: Manifest = {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": self.grace,
            "securityContext": _security(),
            "containers": [container.data() for container in self.containers],
        }
        if volumes:
            found["volumes"] = [{"name": name, **source} for name, source in volumes.items()]
        return {"restartPolicy": self.restart, **found} if self.restart else found

    def _selector(self) -> Manifest:
        return {"matchLabels": {"app": self.name}}

    def bare(self) -> Manifest:
        """The pod alone, for something that people do by hand."""
        return _workload("v1", "Pod", metadata(self.name, self.namespace), self._spec())

    def deployment(self, *, strategy: str = "RollingUpdate", replicas: int = 1) -> Manifest:
        """One replica, or none; `Recreate` where two at once would be one too many."""
        spec: Manifest = {
            "replicas": replicas,
            "revisionHistoryLimit": 3,
            "strategy": {"type": strategy},
            "selector": self._selector(),
            "template": self.template(),
        }
        return _workload("apps/v1", "Deployment", metadata(self.name, self.namespace), spec)

    def stateful_set(self, replicas: int, peers: str, claims: Mapping[str, Manifest]) -> Manifest:
        """Replicas that keep their names and their volumes."""
        spec: Manifest = {
            "replicas": replicas,
            "serviceName": peers,
            "podManagementPolicy": "Parallel",
            "selector": self._selector(),
            "template": self.template(),
            "volumeClaimTemplates": [{"metadata": {"name": name}, "spec": claim} for name, claim in claims.items()],
        }
        return _workload("apps/v1", "StatefulSet", metadata(self.name, self.namespace), spec)

    def job(self, annotations: Mapping[str, str]) -> Manifest:
        """Something that is done once."""
        spec: Manifest = {"backoffLimit": 4, "activeDeadlineSeconds": 600, "template": self.template()}
        return _workload("batch/v1", "Job", metadata(self.name, self.namespace, annotations=annotations), spec)


def _workload(api: str, kind: str, meta: Manifest, spec: Manifest) -> Manifest:
    return {"apiVersion": api, "kind": kind, "metadata": meta, "spec": spec}


def _confinement() -> Manifest:
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }


def _security() -> Manifest:
    return {
        "runAsNonRoot": True,
        "runAsUser": _USER,
        "runAsGroup": _USER,
        "fsGroup": _USER,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def http_probe(path: str, *, every: int, timeout: int, failures: int) -> Manifest:
    """Ask a path of the port `http`; all in seconds."""
    return {
        "httpGet": {"path": path, "port": "http"},
        "periodSeconds": every,
        "timeoutSeconds": timeout,
        "failureThreshold": failures,
    }


def secret_variable(name: str, secret: str, key: str, *, optional: bool = False) -> Manifest:
    """An environment variable whose value only the cluster knows."""
    reference: Manifest = {"name": secret, "key": key}
    return {"name": name, "valueFrom": {"secretKeyRef": reference | {"optional": True} if optional else reference}}
