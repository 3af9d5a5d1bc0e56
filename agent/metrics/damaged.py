"""The one gauge that is true when the database cannot be read."""

import prometheus_client
from prometheus_client import CollectorRegistry, Gauge

from agent.metrics.televibe import HEALTH_CHECK, HEALTH_CHECK_HELP
from agent.services.health import Check


def damaged_exposition() -> bytes:
    """Prometheus' text format: the database check has failed, and nothing else is claimed."""
    registry = CollectorRegistry()
    Gauge(HEALTH_CHECK, HEALTH_CHECK_HELP, ["check"], registry=registry).labels(Check.DATABASE).set(0)
    return prometheus_client.generate_latest(registry)
