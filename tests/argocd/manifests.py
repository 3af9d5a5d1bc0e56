"""The rendered `argocd/` folder, read back as objects, and the few questions that its tests ask of them."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from posixpath import normpath
from typing import Any, Final, TypeAlias

import yaml

from generator.artifact import Artifact
from generator.bundle import render
from generator.domain.service import Service
from generator.spec.load import load

Object: TypeAlias = dict[str, Any]
Files: TypeAlias = Mapping[str, str]

ROOT: Final = Path(__file__).resolve().parents[2]
OVERLAYS: Final = ("dev", "prod")
APPLICATIONS: Final = ("observability", "kafka", "nats", "jangar", "agent")
PODS: Final = ("Deployment", "StatefulSet", "DaemonSet", "Job")
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def service() -> Service:
    """What `slo.yaml` says."""
    return load(ROOT / "slo.yaml")


@cache
def artifacts() -> tuple[Artifact, ...]:
    """The whole bundle."""
    return tuple(render(service()).artifacts)


@cache
def files() -> Files:
    """The text of every rendered file by its path."""
    return {str(artifact.path): artifact.text for artifact in artifacts()}


def documents(text: str) -> list[Object]:
    """Every YAML document of a text."""
    return [document for document in yaml.load_all(text, Loader=_Loader) if document]


def listed(folder: str) -> Iterator[Object]:
    """The objects of a folder: those of the files and folders that its kustomization lists, in order."""
    [kustomization] = documents(files()[f"{folder}/kustomization.yaml"])
    for resource in kustomization["resources"]:
        path = normpath(f"{folder}/{resource}")
        yield from documents(files()[path]) if path in files() else listed(path)


@cache
def application(name: str) -> tuple[Object, ...]:
    """What Argo CD applies for an application."""
    return tuple(listed(f"argocd/applications/{name}"))


def objects() -> Iterator[Object]:
    """Everything that Argo CD applies in the applications."""
    for name in APPLICATIONS:
        yield from application(name)


def of_kind(*kinds: str) -> list[Object]:
    """All objects of these kinds."""
    return [one for one in objects() if one["kind"] in kinds]


def one(kind: str, name: str) -> Object:
    """The one object of that kind and name."""
    [found] = [it for it in of_kind(kind) if it["metadata"]["name"] == name]
    return found


def name_of(it: Object) -> str:
    """How a failing test names an object."""
    return f"{it['kind']}/{it['metadata']['name']}"


def place_of(it: Object) -> tuple[str, str]:
    """Namespace and name."""
    return it["metadata"]["namespace"], it["metadata"]["name"]


def pods() -> Iterator[tuple[Object, Object]]:
    """Every workload with its pod's specification."""
    for workload in of_kind(*PODS):
        yield workload, workload["spec"]["template"]["spec"]


def containers() -> Iterator[tuple[Object, Object]]:
    """Every container with its workload."""
    for workload, pod in pods():
        for container in pod["containers"]:
            yield workload, container


def argument(container: Object, flag: str) -> str:
    """The value of a `flag=value` argument."""
    [found] = [text.removeprefix(flag) for text in container["args"] if text.startswith(flag)]
    return str(found)
