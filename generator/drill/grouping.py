"""Which alerts Alertmanager puts into one group, so that one message tells of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from generator.domain import routes
from generator.domain.routes import Route
from generator.domain.service import Service
from generator.drill.subject import Labels


@dataclass(frozen=True, slots=True)
class Group:
    """A group, as far as rules and routing tell.

    Attributes:
        route: the node of the tree.
        values: of the labels that make a group; None where only the alert's own series decides.
    """

    route: Route
    values: tuple[str | None, ...]

    def may_be(self, other: "Group") -> bool:
        """Whether they can be one; where a value is not known, they can."""
        if self.route is not other.route and self.route != other.route:
            return False
        return all(None in pair or pair[0] == pair[1] for pair in zip(self.values, other.values, strict=True))


def groups(service: Service, labels: Labels) -> tuple[Group, ...]:
    """The groups that an alert with these labels belongs to, for every receiver that leads to the agent."""
    tree = routes.tree(service)
    return tuple(
        Group(route, tuple(labels.get(label) for label in route.group_by or tree.group_by))
        for route in tree.taken(labels)
        if route.receiver != routes.WAY_OUT
    )


def share_a_group(some: Sequence[Group], others: Sequence[Group]) -> bool:
    """Whether one message may tell of both, so that neither its beginning nor its end is that of one of them."""
    return any(one.may_be(other) for one in some for other in others)


def is_named_after_alerts(service: Service) -> bool:
    """Whether a group has the alerts of one name only, so that its message is about that one from its first line on."""
    return routes.ALERTNAME in service.routing.group_by
