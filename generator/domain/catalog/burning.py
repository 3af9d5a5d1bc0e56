"""The alerting rules of an objective, one for each of its windows, in the order of the windows."""

from collections.abc import Sequence

from generator.domain.groups import objective_group
from generator.domain.objective import Objective
from generator.domain.rule import AlertingRule
from generator.domain.service import Service, System


def burn_alerts(service: Service, system: System, objective: Objective) -> Sequence[AlertingRule]:
    """Severity, waiting times, expression and links of every window, as Prometheus will have them."""
    group = objective_group(service, system, objective)
    return [rule for rule in group.rules if isinstance(rule, AlertingRule)]
