"""The on-call loop over each of the stores."""

import pytest

from agent.ports import Store
from tests.agent.services.incidents.rehearsal import OnCall


@pytest.fixture
def desk(store: Store) -> OnCall:
    """One life of the loop, as most tests want it."""
    return OnCall(store=store)
