"""Hypothesis as a test wants it, and the order of the whole: what mostly waits comes before what mostly computes."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "tocsin", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tocsin")

WAITING = ("tests/end_to_end/", "tests/argocd/test_scrapes_for_real", "tests/agent/adapters/http/test_schemathesis")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait for real processes are begun first, so that nobody waits for the last of them alone."""
    items.sort(key=lambda item: not item.nodeid.startswith(WAITING))
