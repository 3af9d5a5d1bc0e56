"""Kubernetes objects as plain data, one small builder for each kind."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from generator.emit import Plain
from generator.errors import RefusedError

Manifest: TypeAlias = dict[str, Plain]

PART_OF = "tocsin"
CONFIG_HASH = "checksum/config"
"""The annotation that makes pods restart when what they read has changed."""

_LARGEST = 1 << 20


def metadata(
    name: str,
    namespace: str,
    *,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Manifest:
    """A name, a place, and the labels that every object of ours carries."""
    found: Manifest = {"name": name, "namespace": namespace, "labels": {**own_labels(name), **(labels or {})}}
    if annotations:
        found["annotations"] = dict(annotations)
    return found


def own_labels(name: str) -> dict[str, str]:
    """What `kubectl get -l app=...` finds."""
    return {"app": name, "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": PART_OF}


def digest(data: Mapping[str, str]) -> str:
    """A hash that changes with the data."""
    found = hashlib.sha256()
    for key, value in data.items():
        found.update(f"{key}\0{value}\0".encode())
    return found.hexdigest()


def config_map(
    name: str,
    namespace: str,
    data: Mapping[str, str],
    *,
    place: str = "",
    **more: Mapping[str, str] | None,
) -> Manifest:
    """A ConfigMap; `place` is where in the spec its content comes from, `more` are labels and annotations.

    Raises:
        RefusedError: when it is larger than Kubernetes takes.
    """
    size = size_of(data)
    if size > _LARGEST:
        what = f"ConfigMap {name} would have {size} bytes and Kubernetes takes {_LARGEST}"
        raise RefusedError(place, what, "split what it is made of")
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(name, namespace, **more),
        "data": dict(data),
    }


def size_of(data: Mapping[str, str]) -> int:
    """How much of the limit of a ConfigMap the data take."""
    return sum(len(key.encode()) + len(value.encode()) for key, value in data.items())


def service(name: str, namespace: str, ports: Mapping[str, int], *, app: str = "", **more: Plain) -> Manifest:
    """A Service in front of the pods of `app`, by the names of their ports, with more fields where it needs them."""
    spec: Manifest = {
        "selector": {"app": app or name},
        "ports": [{"name": port, "port": number, "targetPort": port} for port, number in ports.items()],
        **more,
    }
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(name, namespace), "spec": spec}


def alias(name: str, namespace: str, host: str) -> Manifest:
    """A short name, in one namespace, for a Service of another."""
    spec: Manifest = {"type": "ExternalName", "externalName": host}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(name, namespace), "spec": spec}


def claim(name: str, namespace: str, size: str, storage_class: str = "") -> Manifest:
    """A volume that outlives its pods, its application and a careless prune."""
    keep = {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata(name, namespace, annotations=keep),
        "spec": claim_spec(size, storage_class),
    }


def claim_spec(size: str, storage_class: str = "") -> Manifest:
    """One writer, so much space; the cluster's default class unless one is named."""
    found: Manifest = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return found | {"storageClassName": storage_class} if storage_class else found


def disruption_budget(name: str, namespace: str) -> Manifest:
    """Drains may take one pod at a time, and a sick one always."""
    spec: Manifest = {
        "maxUnavailable": 1,
        "selector": {"matchLabels": {"app": name}},
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
    }
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(name, namespace),
        "spec": spec,
    }


def peers(selectors: Sequence[tuple[str, str]]) -> list[Plain]:
    """Pods of other namespaces, for a NetworkPolicy: pairs of namespace and app."""
    return [{**in_namespace(namespace), "podSelector": {"matchLabels": {"app": app}}} for namespace, app in selectors]


def in_namespace(namespace: str) -> Manifest:
    """Any pod of a namespace, for a NetworkPolicy."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
