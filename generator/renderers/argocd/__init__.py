"""`argocd`: everything that a cluster needs, from one root application down to the last ConfigMap.

Each application is a folder that `kubectl kustomize` builds. What other renderers made is carried as it is.
"""

from collections.abc import Iterator, Sequence

from generator.artifact import Artifact
from generator.domain.service import Service
from generator.errors import RefusedError
from generator.renderers.argocd import agent, jangar, kafka, nats, observability, overlays, places, root, values
from generator.renderers.argocd.apply import kubernetes
from generator.renderers.argocd.folder import Application, Identity

__all__ = ["kubernetes", "render"]


def render(service: Service, rendered: Sequence[Artifact]) -> Iterator[Artifact]:
    """All manifests, around what the other renderers made: rules, dashboards, Alertmanager's files, the catalogue.

    An application that the service has no use for is not among them.

    Raises:
        RefusedError: when two objects would have one name, or one is larger than Kubernetes takes.
    """
    candidates = [
        observability.application(service, rendered),
        kafka.application(service),
        nats.application(service),
        jangar.application(service),
        agent.application(service, rendered),
    ]
    applications = [one for one in candidates if one]
    _refuse_collisions(service, applications)
    yield from root.render(service, applications)
    for application in applications:
        yield from application.artifacts()
    yield from overlays.render(service, applications)
    if any(one.name == places.AGENT for one in applications):
        yield agent.by_hand(service, rendered)
    yield from values.render(service, rendered)


def _refuse_collisions(service: Service, applications: Sequence[Application]) -> None:
    """Namespaces may be shared as long as no two objects of a kind have one name in them."""
    seen: dict[Identity, str] = {}
    for application in applications:
        for folder in (application.folder, *application.others):
            for identity in (one for file in folder.every_file for one in file.objects):
                if identity in seen:
                    _, kind, namespace, name = identity
                    both = " and ".join(dict.fromkeys([seen[identity], application.name]))
                    what = f"{kind} {name} stands in namespace {namespace} twice, for {both}"
                    place = service.places.get("namespaces", "")
                    raise RefusedError(place, what, "give them different namespaces or names")
                seen[identity] = application.name
