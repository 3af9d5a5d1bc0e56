"""`argocd`: everything that a cluster needs, from one root application down to the last ConfigMap.

Each application is a folder that `kubectl kustomize` builds. What other renderers made is carried as it is.
"""

from collections.abc import Iterator, Sequence

from generator.artifact import Artifact
from generator.domain.service import Service
from generator.renderers.argocd import agent, jangar, kafka, nats, observability, root
from generator.renderers.argocd.places import RULE_ENGINE, RuleEngine

__all__ = ["render"]


def render(service: Service, rendered: Sequence[Artifact], engine: RuleEngine = RULE_ENGINE) -> Iterator[Artifact]:
    """All manifests, around what the other renderers made: rules, dashboards, Alertmanager's files, the catalogue.

    An application that the service has no use for is not among them.
    """
    candidates = [
        observability.application(service, rendered, engine),
        kafka.application(service),
        nats.application(service),
        jangar.application(service),
        agent.application(service, rendered),
    ]
    applications = [one for one in candidates if one]
    yield from root.render(service, applications)
    for application in applications:
        yield from application.artifacts()
