"""Which renderers make the bundle, and their output as one."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from generator.artifact import Artifact
from generator.bundle.contents import Bundle
from generator.bundle.outputs import DEFAULT, FOLDERS, Output
from generator.domain.service import Service
from generator.errors import OutputError
from generator.renderers import (
    alertmanager,
    argocd,
    grafana,
    grafana_operator,
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

_AROUND: Mapping[Output, Callable[[Service, Sequence[Artifact]], Iterator[Artifact]]] = {
    Output.ARGOCD: argocd.render,
    Output.KUBERNETES: argocd.kubernetes,
    Output.GRAFANA_OPERATOR: grafana_operator.render,
}
"""What wraps the rest in objects of a cluster."""


def render(service: Service, outputs: Collection[Output] = DEFAULT) -> Bundle:
    """Everything that the service needs, rendered, in the forms that are wanted.

    Raises:
        OutputError: when two artefacts want the same place, or nothing at all was rendered.
    """
    artifacts = [artifact for renderer in RENDERERS for artifact in renderer(service)]
    artifacts.extend(mimir.render(service, artifacts))
    plain = tuple(artifacts)
    for output, renderer in _AROUND.items():
        if output in outputs:
            artifacts.extend(renderer(service, plain))
    if set(outputs) == set(DEFAULT):
        return Bundle(_sorted(artifacts))
    folders = [folder for output in Output if output in outputs for folder in FOLDERS[output]]
    wanted = [one for one in artifacts if any(str(one.path).startswith(f"{folder}/") for folder in folders)]
    return Bundle(_sorted(wanted), owned=folders)


def _sorted(artifacts: list[Artifact]) -> list[Artifact]:
    artifacts.sort(key=lambda artifact: artifact.path)
    for one, other in pairwise(artifacts):
        if one.path == other.path:
            raise OutputError(f"two artefacts want {one.path}; this is a fault of the renderers, please report it")
    return artifacts
