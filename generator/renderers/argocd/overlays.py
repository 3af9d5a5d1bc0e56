"""The variants `dev` and `prod`: the same base, with images, sizes and replicas of their own.

They lie beside the bases and not in them, because kustomize takes an overlay inside its own base for a circle.
"""

from collections.abc import Iterator, Mapping

from generator.artifact import Artifact
from generator.domain.deployment import Overlay, OverlayName, Storage
from generator.domain.images import Image
from generator.domain.service import Service
from generator.emit import Plain, emit
from generator.renderers.argocd import agent_pod, places
from generator.renderers.argocd.folder import ROOT, Application, kustomization
from generator.renderers.argocd.objects import Manifest

FOLDER = "overlays"


def render(service: Service, applications: list[Application]) -> Iterator[Artifact]:
    """A folder for each variant and application."""
    for name, overlay in service.deployment.overlays.items():
        for application in applications:
            place = f"{ROOT}/{path(name, application)}"
            yield Artifact.at(
                f"{place}/kustomization.yaml", kustomization(_content(service, name, overlay, application))
            )


def path(name: OverlayName, application: Application) -> str:
    """The folder of a variant of an application, below `argocd/`."""
    return f"{FOLDER}/{name}/{application.name}"


def _content(service: Service, name: OverlayName, overlay: Overlay, application: Application) -> Manifest:
    identities = {(kind, called) for file in application.folder.every_file for _, kind, _, called in file.objects}
    content: Manifest = {
        "resources": [f"../../../{application.folder.path}"],
        "labels": [{"pairs": {"tocsin/overlay": str(name)}, "includeSelectors": False}],
        "images": list(_images(service, overlay, application)),
        "replicas": list(_replicas(overlay, identities)),
        "patches": list(_patches(service.deployment.storage, overlay.storage, identities)),
    }
    return {key: value for key, value in content.items() if value}


def _images(service: Service, overlay: Overlay, application: Application) -> Iterator[Plain]:
    """An entry for each image of the application: the place to write a digest to by hand, or from a pipeline."""
    used = frozenset[str]().union(*(file.images for file in application.folder.every_file))
    wanted = dict(overlay.images.pairs())
    for key, image in service.deployment.images.pairs():
        if str(image) in used:
            yield _image(image, wanted[key])


def _image(base: Image, wanted: Image) -> Plain:
    version = {"digest": wanted.digest} if wanted.digest else {"newTag": wanted.tag}
    moved = {"newName": wanted.name} if wanted.name != base.name else {}
    return {"name": base.name, **moved, **version}


def _replicas(overlay: Overlay, identities: set[tuple[str, str]]) -> Iterator[Plain]:
    if ("StatefulSet", places.ALERTMANAGER) in identities:
        yield {"name": places.ALERTMANAGER, "count": overlay.alertmanager_replicas}


def _patches(base: Storage, wanted: Storage, identities: set[tuple[str, str]]) -> Iterator[Plain]:
    """Sizes and classes of volumes that are not those of the base."""
    claims: Mapping[tuple[str, str], tuple[str, str, str]] = {
        ("PersistentVolumeClaim", places.AGENT_NAME): ("/spec", base.projects, wanted.projects),
        ("PersistentVolumeClaim", agent_pod.BACKUPS_CLAIM): ("/spec", base.backups, wanted.backups),
        ("StatefulSet", places.ALERTMANAGER): ("/spec/volumeClaimTemplates/0/spec", base.silences, wanted.silences),
    }
    for identity, (place, old, new) in claims.items():
        operations: list[Plain] = []
        if old != new:
            operations.append({"op": "replace", "path": f"{place}/resources/requests/storage", "value": new})
        if wanted.storage_class != base.storage_class:
            operations.append({"op": "add", "path": f"{place}/storageClassName", "value": wanted.storage_class})
        if identity in identities and operations:
            kind, name = identity
            yield {"target": {"kind": kind, "name": name}, "patch": emit(operations)}
