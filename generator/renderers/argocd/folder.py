"""A folder of manifests that `kubectl kustomize` builds, and an application that Argo CD makes of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generator.artifact import HEADER, Artifact
from generator.emit import emit, emit_all
from generator.renderers.argocd.objects import Manifest

ROOT = "argocd"

Kind = tuple[str, str]
"""An API group, empty for the core, and a kind."""


def kind_of(manifest: Manifest) -> Kind:
    """The group and kind of an object."""
    group, _, version = str(manifest["apiVersion"]).rpartition("/")
    return (group if version else "", str(manifest["kind"]))


@dataclass(frozen=True, slots=True)
class File:
    """Manifests in one file."""

    name: str
    text: str
    kinds: frozenset[Kind]

    @classmethod
    def of(cls, name: str, *manifests: Manifest, note: str = "") -> "File":
        """A file of these objects, with a remark for its reader."""
        header = f"{HEADER}\n{note}" if note else HEADER
        return cls(name, emit_all(manifests, header=header), frozenset(kind_of(one) for one in manifests))


@dataclass(frozen=True, slots=True)
class Folder:
    """Files and the kustomization that lists them.

    Attributes:
        path: below `argocd/`.
        includes: folders inside this one that it builds, too.
    """

    path: str
    files: Sequence[File]
    includes: Sequence["Folder"] = ()

    @property
    def kinds(self) -> frozenset[Kind]:
        """Every kind that a build of the folder holds."""
        parts = [*(file.kinds for file in self.files), *(folder.kinds for folder in self.includes)]
        return frozenset[Kind]().union(*parts)

    def artifacts(self) -> Iterator[Artifact]:
        """The folder's files, those of included folders not among them."""
        inside = [folder.path.removeprefix(f"{self.path}/") for folder in self.includes]
        kustomization: Manifest = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": [*(file.name for file in self.files), *inside],
        }
        place = f"{ROOT}/{self.path}" if self.path else ROOT
        yield Artifact.at(f"{place}/kustomization.yaml", emit(kustomization, header=HEADER))
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
