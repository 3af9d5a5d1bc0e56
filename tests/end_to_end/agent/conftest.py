"""Stages for the tests: one per test, or one for a module of quick ones."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from . import processes
from .stage import Stage


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage of one's own; the agent is not started yet."""
    async with Stage.set(tmp_path) as made:
        yield made
    processes.end_all(tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a module's stage stands."""
    return tmp_path_factory.mktemp("stage")
