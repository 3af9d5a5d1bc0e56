"""Dashboards as ConfigMaps: for Grafana's sidecar by label, and for the chart's `dashboardsConfigMaps` by name."""

from collections.abc import Iterator, Sequence

from generator.artifact import Artifact
from generator.domain import names
from generator.domain.service import Service
from generator.renderers.argocd.folder import File
from generator.renderers.argocd.objects import config_map

_SIDECAR = {"grafana_dashboard": "1"}
FOLDER_ANNOTATION = "grafana_folder"
_FOLDER = "Tocsin"
# Its document has this one in Grafana's root folder, which is where the sidecar puts what names no folder.
_IN_ROOT_FOLDER = frozenset({"codex-pipeline"})


def dashboards(service: Service, rendered: Sequence[Artifact]) -> Iterator[File]:
    """A file for each dashboard. Keys are unique in the cluster, because the sidecar puts all into one folder."""
    for artifact in rendered:
        if str(artifact.path.parent) == names.DASHBOARDS and artifact.path.suffix == ".json":
            yield _dashboard(service, artifact)


def folder_of(stem: str) -> str:
    """The title of a dashboard's folder in Grafana; empty for the root folder."""
    return "" if stem in _IN_ROOT_FOLDER else _FOLDER


def _dashboard(service: Service, artifact: Artifact) -> File:
    stem = artifact.path.stem
    name = f"{stem}-dashboard"
    folder = folder_of(stem)
    annotations = {FOLDER_ANNOTATION: folder} if folder else None
    data = {f"{name}.json": artifact.text}
    return File.of(
        f"{name}-configmap.yaml",
        config_map(
            name,
            service.deployment.namespaces.observability,
            data,
            labels=_SIDECAR,
            annotations=annotations,
            place=service.places.get(f"system {stem}", service.places.get("bundle", "")),
        ),
    )
