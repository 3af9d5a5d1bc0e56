"""Which renderers make the bundle, and their output as one."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from generator.artifact import Artifact
from generator.bundle.contents import Bundle
from generator.domain.service import Service
from generator.errors import OutputError
from generator.renderers import (
    alertmanager,
    argocd,
    grafana,
    mimir,
    prometheus_config,
    prometheus_rules,
    prometheus_tests,
    runbooks,
)

RENDERERS: tuple[Callable[[Service], Iterator[Artifact]], ...] = (
    prometheus_config.render,
    prometheus_rules.render,
    prometheus_tests.render,
    alertmanager.render,
    grafana.render,
    runbooks.render,
)
"""What is made of the service alone. Mimir and Argo CD come after it, because they carry what the others made."""


def render(service: Service) -> Bundle:
    """Everything that the service needs, rendered.

    Raises:
        OutputError: when two artefacts want the same place, or nothing at all was rendered.
    """
    artifacts = [artifact for renderer in RENDERERS for artifact in renderer(service)]
    artifacts.extend(mimir.render(service, artifacts))
    artifacts.extend(argocd.render(service, artifacts))
    artifacts.sort(key=lambda artifact: artifact.path)
    for one, other in pairwise(artifacts):
        if one.path == other.path:
            raise OutputError(f"two artefacts want {one.path}; this is a fault of the renderers, please report it")
    return Bundle(artifacts)
