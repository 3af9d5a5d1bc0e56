"""`monitoring/mimir`: the same rules in the form of `mimirtool rules sync`, one ruler namespace for each system.

What Prometheus reads is carried as text: emitting ten megabytes of the same rules again is a tenth of all rendering.
"""

from collections.abc import Iterator, Mapping, Sequence

from generator.artifact import HEADER, Artifact
from generator.domain import names
from generator.domain.service import Service, System
from generator.emit import below, emit

_FOLDER = "monitoring/mimir"


def render(service: Service, rendered: Sequence[Artifact]) -> Iterator[Artifact]:
    """Files that `mimirtool rules sync` and `mimirtool rules check` accept; a system without rules has none."""
    texts = {str(artifact.path): artifact.text for artifact in rendered}
    for system in service.systems:
        groups = "".join(_groups(system, texts))
        if groups:
            # Names of systems and bundles have no dot, so no other bundle's namespaces begin like ours.
            namespace = emit({"namespace": f"{service.settings.name}.{system.name}"}, header=HEADER)
            yield Artifact.at(f"{_FOLDER}/{system.name}.rules.yaml", f"{namespace}groups:\n{groups}")


def _groups(system: System, texts: Mapping[str, str]) -> Iterator[str]:
    """The lists of groups of the system's rule files, alerts first."""
    paths = (names.rules_file(system.name), *(names.objective_file(one.id) for one in system.objectives))
    return (below(texts[path], "groups") for path in paths if path in texts)
