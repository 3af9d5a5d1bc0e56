"""Fixtures of the HTTP tests: an open API, and one with keys."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.agent.adapters.http.stage import KEYS, Client, client_of, desk_of
from tests.agent.services.agency import Agency


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """An open API with one session."""
    agency = Agency()
    await agency.open()
    async with client_of(agency, desk_of(agency, tmp_path)) as client:
        yield client


@pytest.fixture
async def locked(tmp_path: Path) -> AsyncIterator[Client]:
    """An API with keys."""
    agency = Agency()
    await agency.open()
    async with client_of(agency, desk_of(agency, tmp_path, keys=KEYS)) as client:
        yield client
