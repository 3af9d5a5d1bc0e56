"""The spec of the repository and the small one with every kind of condition, ready to be rehearsed."""

from pathlib import Path

import pytest

from generator.domain.service import Service
from generator.spec.load import load

ROOT = Path(__file__).parents[3]
SCALE = 60


@pytest.fixture(scope="session", params=["slo.yaml", "tests/cases/every-kind/slo.yaml"])
def service(request: pytest.FixtureRequest) -> Service:
    """Each of the two, scaled."""
    return load(ROOT / request.param).scaled(SCALE)


@pytest.fixture(scope="session")
def ours() -> Service:
    """The one that is committed, scaled."""
    return load(ROOT / "slo.yaml").scaled(SCALE)
