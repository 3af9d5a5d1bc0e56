"""`monitoring/prometheus/rules`: a file for the alerts of each system, and one for each objective."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from generator.artifact import HEADER, Artifact
from generator.domain import names
from generator.domain.groups import alert_group, objective_group
from generator.domain.rule import RuleGroup
from generator.domain.service import Service
from generator.emit import emit


def render(service: Service) -> Iterator[Artifact]:
    """Rule files that `promtool check rules` accepts."""
    for system in service.systems:
        if system.alerts:
            yield _file(names.rules_file(system.name), [alert_group(service, system)])
        for objective in system.objectives:
            yield _file(names.objective_file(objective.id), [objective_group(service, system, objective)])


def _file(path: str, groups: Iterable[RuleGroup]) -> Artifact:
    data = {"groups": [group.data() for group in groups]}
    return Artifact.at(path, emit(cast("Any", data), header=HEADER))
