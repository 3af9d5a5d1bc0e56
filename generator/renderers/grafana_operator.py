"""`grafana-operator`: the dashboards as objects of the Grafana operator, and the folder that they lie in.

https://grafana.github.io/grafana-operator/docs/dashboards/
"""

import json
from collections.abc import Iterator, Sequence

from generator.artifact import HEADER, Artifact
from generator.domain import names
from generator.domain.service import Service
from generator.emit import Plain, emit

ROOT = "grafana-operator"

_API = "grafana.integreatly.org/v1beta1"
_INSTANCES: Plain = {"matchLabels": {"dashboards": "grafana"}}
_NOTE = "Taken by every Grafana object with the label dashboards: grafana, in whichever namespace it is."


def render(service: Service, rendered: Sequence[Artifact]) -> Iterator[Artifact]:
    """A folder for `kubectl apply --server-side -k`."""
    dashboards = [one for one in rendered if str(one.path.parent) == names.DASHBOARDS and one.path.suffix == ".json"]
    title = service.settings.name.capitalize()
    folder = _object(service, "GrafanaFolder", service.settings.name, {"title": title})
    yield _file("folder.yaml", folder, note=_NOTE)
    for dashboard in dashboards:
        yield _file(f"{dashboard.path.stem}.yaml", _dashboard(service, dashboard))
    listed = ["folder.yaml", *(f"{one.path.stem}.yaml" for one in dashboards)]
    head: Plain = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": listed}
    yield _file("kustomization.yaml", head)


def _dashboard(service: Service, artifact: Artifact) -> Plain:
    """The JSON as it is; the operator takes its uid from `uid`, which cannot change later."""
    spec: dict[str, Plain] = {
        "uid": str(json.loads(artifact.text)["uid"]),
        "folderRef": service.settings.name,
        "json": artifact.text,
    }
    return _object(service, "GrafanaDashboard", f"{service.settings.name}-{artifact.path.stem}", spec)


def _object(service: Service, kind: str, name: str, spec: dict[str, Plain]) -> Plain:
    namespace = service.deployment.namespaces.observability
    meta: Plain = {"name": name, "namespace": namespace, "labels": {"app.kubernetes.io/part-of": "tocsin"}}
    whole: Plain = {"instanceSelector": _INSTANCES, "allowCrossNamespaceImport": True, "resyncPeriod": "10m", **spec}
    return {"apiVersion": _API, "kind": kind, "metadata": meta, "spec": whole}


def _file(name: str, data: Plain, note: str = "") -> Artifact:
    return Artifact.at(f"{ROOT}/{name}", emit(data, header=f"{HEADER}\n{note}" if note else HEADER))
