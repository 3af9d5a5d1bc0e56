"""What tests of the agent share: each of the stores, which have to keep the same promises."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.adapters.sqlite import SqliteStore
from agent.ports import Store
from tests.agent.memory_store import MemoryStore


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Empty."""
    if request.param == "memory":
        yield MemoryStore()
    else:
        async with SqliteStore.opened(tmp_path / "state.db") as opened:
            yield opened
