"""`monitoring/mimir`: the same rules in the form of `mimirtool rules sync`, one ruler namespace for each system."""

from collections.abc import Iterator
from typing import Any, cast

from generator.artifact import HEADER, Artifact
from generator.domain.groups import alert_group, objective_group
from generator.domain.rule import RuleGroup
from generator.domain.service import Service, System
from generator.emit import emit

_FOLDER = "monitoring/mimir"


def render(service: Service) -> Iterator[Artifact]:
    """Files that `mimirtool rules sync` and `mimirtool rules check` accept; a system without rules has none."""
    for system in service.systems:
        groups = list(_groups(service, system))
        if groups:
            # Names of systems and bundles have no dot, so no other bundle's namespaces begin like ours.
            data = {
                "namespace": f"{service.settings.name}.{system.name}",
                "groups": [group.data() for group in groups],
            }
            yield Artifact.at(f"{_FOLDER}/{system.name}.rules.yaml", emit(cast("Any", data), header=HEADER))


def _groups(service: Service, system: System) -> Iterator[RuleGroup]:
    if system.alerts:
        yield alert_group(service, system)
    for objective in system.objectives:
        yield objective_group(service, system, objective)
