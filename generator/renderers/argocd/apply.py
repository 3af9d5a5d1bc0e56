"""`kubernetes`: rules and dashboards alone, for people with a Prometheus operator and Grafana and without Argo CD."""

from collections.abc import Iterator, Sequence

from generator.artifact import Artifact
from generator.domain.service import Service
from generator.renderers.argocd.dashboards import dashboards
from generator.renderers.argocd.folder import Folder
from generator.renderers.argocd.rules import prometheus_rules

ROOT = "kubernetes"


def kubernetes(service: Service, rendered: Sequence[Artifact]) -> Iterator[Artifact]:
    """A folder for `kubectl apply --server-side -k`: PrometheusRule objects, and ConfigMaps of dashboards."""
    parts = {"rules": prometheus_rules(service, rendered).files, "dashboards": list(dashboards(service, rendered))}
    folders = [Folder(name, files, root=ROOT) for name, files in parts.items() if files]
    for folder in (Folder("", [], folders, root=ROOT), *folders):
        yield from folder.artifacts()
