"""An empty git repository for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .place import Place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Where the stand-in runs."""
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    found = Place(folder, tmp_path / "home")
    yield found
    found.leave()
