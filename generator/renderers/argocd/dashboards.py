"""Dashboards as ConfigMaps: for Grafana's sidecar by label, and for the chart's `dashboardsConfigMaps` by name."""

from collections.abc import Iterator, Sequence

from generator.artifact import Artifact
from generator.domain import names
from generator.renderers.argocd.folder import File
from generator.renderers.argocd.objects import config_map
from generator.renderers.argocd.places import OBSERVABILITY

_SIDECAR = {"grafana_dashboard": "1"}
_FOLDER = {"grafana_folder": "Tocsin"}
# Its document has this one in Grafana's root folder, which is where the sidecar puts what names no folder.
_IN_ROOT_FOLDER = frozenset({"codex-pipeline"})


def dashboards(rendered: Sequence[Artifact]) -> Iterator[File]:
    """A file for each dashboard. Keys are unique in the cluster, because the sidecar puts all into one folder."""
    for artifact in rendered:
        if str(artifact.path.parent) == names.DASHBOARDS and artifact.path.suffix == ".json":
            yield _dashboard(artifact)


def _dashboard(artifact: Artifact) -> File:
    stem = artifact.path.stem
    name = f"{stem}-dashboard"
    annotations = None if stem in _IN_ROOT_FOLDER else _FOLDER
    data = {f"{name}.json": artifact.text}
    return File.of(
        f"{name}-configmap.yaml",
        config_map(name, OBSERVABILITY, data, labels=_SIDECAR, annotations=annotations),
    )
