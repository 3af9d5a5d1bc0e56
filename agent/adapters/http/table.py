"""All routes, family by family."""

from agent.adapters.http import (
    agents,
    approvals,
    artifact,
    events,
    health,
    incidents,
    metrics,
    recovery,
    reliability,
    run_records,
    runs,
    sessions,
    version_one,
    webhooks,
)
from agent.adapters.http.agentos import approvals as agentos_approvals
from agent.adapters.http.agentos import containment, deployments, gates, policies, quality, triggers
from agent.adapters.http.agentos import runs as agentos_runs
from agent.adapters.http.agentos.unserved import unserved
from agent.adapters.http.desk import Desk
from agent.adapters.http.route import Route


def routes(desk: Desk) -> tuple[Route, ...]:
    """Everything that this desk can serve; what has nobody behind it is not there."""
    return (
        *health.ROUTES,
        *metrics.ROUTES,
        *reliability.ROUTES,
        *sessions.ROUTES,
        *approvals.ROUTES,
        *runs.ROUTES,
        *run_records.ROUTES,
        *artifact.ROUTES,
        *recovery.ROUTES,
        *agents.ROUTES,
        *incidents.routes(desk),
        *events.ROUTES,
        *webhooks.routes(desk),
        *version_one.ROUTES,
        *containment.ROUTES,
        *policies.ROUTES,
        *deployments.ROUTES,
        *triggers.ROUTES,
        *agentos_approvals.ROUTES,
        *gates.ROUTES,
        *quality.ROUTES,
        *agentos_runs.ROUTES,
    )


__all__ = ["routes", "unserved"]
