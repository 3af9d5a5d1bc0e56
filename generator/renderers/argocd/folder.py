"""A folder of manifests that `kubectl kustomize` builds, and an application that Argo CD makes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from generator.artifact import HEADER, Artifact
from generator.emit import Plain, emit, emit_all
from generator.renderers.argocd.objects import Manifest

ROOT = "argocd"

Kind = tuple[str, str]
"""An API group, empty for the core, and a kind."""


Identity = tuple[str, str, str, str]
"""Group, kind, namespace and name: what only one object of a cluster may have."""


def kind_of(manifest: Manifest) -> Kind:
    """The group and kind of an object."""
    group, _, version = str(manifest["apiVersion"]).rpartition("/")
    return (group if version else "", str(manifest["kind"]))


def identity_of(manifest: Manifest) -> Identity:
    """What tells an object from all others."""
    meta = cast("Manifest", manifest["metadata"])
    return (*kind_of(manifest), str(meta.get("namespace", "")), str(meta["name"]))


def images_of(data: Plain) -> Iterator[str]:
    """Every image that the containers of an object name."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == "image" and isinstance(value, str):
                yield value
            else:
                yield from images_of(value)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from images_of(item)


@dataclass(frozen=True, slots=True)
class File:
    """Manifests in one file.

    Attributes:
        images: what its containers are started from.
    """

    name: str
    text: str
    objects: Sequence[Identity] = ()
    images: frozenset[str] = frozenset()

    @classmethod
    def of(cls, name: str, *manifests: Manifest, note: str = "") -> "File":
        """A file of these objects, with a remark for its reader."""
        header = f"{HEADER}\n{note}" if note else HEADER
        images = frozenset(image for one in manifests for image in images_of(one))
        return cls(name, emit_all(manifests, header=header), [identity_of(one) for one in manifests], images)

    @property
    def kinds(self) -> frozenset[Kind]:
        """The group and kind of each object."""
        return frozenset((group, kind) for group, kind, _, _ in self.objects)


def kustomization(content: Manifest) -> str:
    """The file that kustomize begins with."""
    head: Manifest = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    return emit(head | content, header=HEADER)


@dataclass(frozen=True, slots=True)
class Folder:
    """Files and the kustomization that lists them.

    Attributes:
        path: below the root.
        includes: folders inside this one that it builds, too.
        root: the top folder of the output.
    """

    path: str
    files: Sequence[File]
    includes: Sequence["Folder"] = ()
    root: str = ROOT

    @property
    def kinds(self) -> frozenset[Kind]:
        """Every kind that a build of the folder holds."""
        return frozenset[Kind]().union(*(file.kinds for file in self.every_file))

    @property
    def every_file(self) -> Iterator[File]:
        """Its files and those of the folders that it builds."""
        yield from self.files
        for folder in self.includes:
            yield from folder.every_file

    def artifacts(self) -> Iterator[Artifact]:
        """The folder's files, those of included folders not among them."""
        inside = [folder.path.removeprefix(f"{self.path}/") for folder in self.includes]
        place = f"{self.root}/{self.path}" if self.path else self.root
        resources = [*(file.name for file in self.files), *inside]
        yield Artifact.at(f"{place}/kustomization.yaml", kustomization({"resources": resources}))
        for file in self.files:
            yield Artifact.at(f"{place}/{file.name}", file.text)


@dataclass(frozen=True, slots=True)
class Application:
    """What Argo CD syncs as one.

    Attributes:
        others: folders beside it that are rendered and that nobody syncs.
    """

    name: str
    namespace: str
    folder: Folder
    others: Sequence[Folder] = field(default_factory=tuple)

    @classmethod
    def of(cls, name: str, namespace: str, *files: File) -> "Application":
        """An application whose folder holds only files."""
        return cls(name, namespace, Folder(f"applications/{name}", files))

    def artifacts(self) -> Iterator[Artifact]:
        """Everything below its folder."""
        for folder in (self.folder, *self.folder.includes, *self.others):
            yield from folder.artifacts()
