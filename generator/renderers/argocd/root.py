"""What Argo CD starts from: one root application, a project with few rights, and the sets that make the applications.

People apply `argocd/root.yaml` once. It syncs this folder: the project first, then the sets in their waves.
"""

from collections.abc import Iterator, Sequence

from generator.artifact import HEADER, Artifact
from generator.domain.service import Service, Settings
from generator.emit import Plain, emit
from generator.renderers.argocd.folder import ROOT, Application, File, Folder
from generator.renderers.argocd.objects import PART_OF, Manifest
from generator.renderers.argocd.overlays import FOLDER
from generator.renderers.argocd.places import OBSERVABILITY, WAVES

_API = "argoproj.io/v1alpha1"
_OWN_CLUSTER = "https://kubernetes.default.svc"
"""Applications, projects and sets are objects of the cluster that Argo CD itself runs in."""

_WAVE = "argocd.argoproj.io/sync-wave"
_SYNC_OPTIONS = ["CreateNamespace=true", "ServerSideApply=true", "RespectIgnoreDifferences=true"]
_REFERENCES = ("data[]?.remoteRef", "dataFrom[]?.extract")
_REFERENCE_DEFAULTS = ("conversionStrategy", "decodingStrategy", "metadataPolicy", "nullBytePolicy")
# The API server completes the claims of a StatefulSet, and every reference of an ExternalSecret: that is no drift.
_WRITTEN_BY_CONTROLLERS: Plain = [
    {
        "group": "apps",
        "kind": "StatefulSet",
        "jqPathExpressions": [
            f".spec.volumeClaimTemplates[]?.{field}"
            for field in ("apiVersion", "kind", "status", "spec.volumeMode", "metadata.creationTimestamp")
        ],
    },
    {
        "group": "external-secrets.io",
        "kind": "ExternalSecret",
        "jqPathExpressions": [
            *(
                f".spec.target.{field}"
                for field in ("deletionPolicy", "template.engineVersion", "template.mergePolicy")
            ),
            *(f".spec.{place}.{field}" for place in _REFERENCES for field in _REFERENCE_DEFAULTS),
        ],
    },
]


def render(service: Service, applications: Sequence[Application]) -> Iterator[Artifact]:
    """The root application, and the folder that it syncs."""
    settings = service.settings
    space = settings.deployment.namespaces.argocd
    note = f"Apply this once, by hand: kubectl apply -n {space} -f argocd/root.yaml"
    yield Artifact.at(f"{ROOT}/root.yaml", emit(_root(settings), header=f"{HEADER}\n{note}"))
    observability = [one for one in applications if one.name == OBSERVABILITY]
    platform = [one for one in applications if one.name != OBSERVABILITY]
    sets = {OBSERVABILITY: observability, "platform": platform}
    files = [
        File.of(f"applicationsets/{name}.yaml", _application_set(settings, name, members))
        for name, members in sets.items()
        if members
    ]
    yield from Folder("", [File.of("project.yaml", _project(settings, applications)), *files]).artifacts()


def _object(settings: Settings, kind: str, name: str, wave: int, spec: Manifest) -> Manifest:
    labels: Plain = {"app.kubernetes.io/part-of": PART_OF}
    space = settings.deployment.namespaces.argocd
    meta: Manifest = {"name": name, "namespace": space, "labels": labels, "annotations": {_WAVE: str(wave)}}
    return {"apiVersion": _API, "kind": kind, "metadata": meta, "spec": spec}


def _root(settings: Settings) -> Manifest:
    spec: Manifest = {
        "project": "default",
        "source": _source(settings, ROOT),
        "destination": {"server": _OWN_CLUSTER, "namespace": settings.deployment.namespaces.argocd},
        "syncPolicy": {"automated": {"prune": True, "selfHeal": True}, "syncOptions": ["ServerSideApply=true"]},
    }
    return _object(settings, "Application", f"{settings.deployment.application_prefix}root", 0, spec)


def _source(settings: Settings, path: str) -> Manifest:
    return {"repoURL": settings.repository, "targetRevision": settings.revision, "path": path}


def _project(settings: Settings, applications: Sequence[Application]) -> Manifest:
    """One repository, our namespaces, the kinds that we render, and Namespace for `CreateNamespace`."""
    kinds = sorted(frozenset[tuple[str, str]]().union(*(one.folder.kinds for one in applications)))
    namespaces = dict.fromkeys(one.namespace for one in applications)
    spec: Manifest = {
        "description": "Watches five agent systems and runs the agent",
        "sourceRepos": [settings.repository],
        "destinations": [{"server": settings.deployment.cluster, "namespace": one} for one in namespaces],
        "clusterResourceWhitelist": [{"group": "", "kind": "Namespace"}],
        "namespaceResourceWhitelist": [{"group": group, "kind": kind} for group, kind in kinds],
    }
    return _object(settings, "AppProject", settings.name, 0, spec)


def _application_set(settings: Settings, name: str, members: Sequence[Application]) -> Manifest:
    """Deleting a set, or a member of it, leaves in the cluster what runs there."""
    spec: Manifest = {
        "goTemplate": True,
        "goTemplateOptions": ["missingkey=error"],
        "generators": [{"list": {"elements": [_element(settings, one) for one in members]}}],
        "syncPolicy": {"preserveResourcesOnDeletion": True},
        "template": _template(settings),
    }
    wave = min(WAVES[one.name] for one in members)
    return _object(settings, "ApplicationSet", f"{settings.name}-{name}", wave, spec)


def _element(settings: Settings, application: Application) -> Manifest:
    return {
        "name": application.name,
        "namespace": application.namespace,
        "overlay": str(settings.deployment.overlay),
        "wave": str(WAVES[application.name]),
    }


def _template(settings: Settings) -> Manifest:
    spec: Manifest = {
        "project": settings.name,
        "source": _source(settings, f"{ROOT}/{FOLDER}/{{{{ .overlay }}}}/{{{{ .name }}}}"),
        "destination": {"server": settings.deployment.cluster, "namespace": "{{ .namespace }}"},
        "ignoreDifferences": _WRITTEN_BY_CONTROLLERS,
        "syncPolicy": {
            "automated": {"prune": True, "selfHeal": True},
            "retry": {"limit": 5, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"}},
            "syncOptions": list(_SYNC_OPTIONS),
        },
    }
    annotations: Plain = {_WAVE: "{{ .wave }}"}
    name = f"{settings.deployment.application_prefix}{{{{ .name }}}}"
    return {"metadata": {"name": name, "annotations": annotations}, "spec": spec}
