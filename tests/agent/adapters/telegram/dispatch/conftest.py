"""An office with one project."""

from pathlib import Path

import pytest_asyncio

from tests.agent.adapters.telegram.dispatch.office import Office


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    await made.register()
    return made
