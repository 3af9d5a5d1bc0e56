"""Runs `tocsin` in the test's process, on a copy of a spec, and keeps what it said."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.cli import main

ROOT = Path(__file__).parents[3]
EVERY_KIND = ROOT / "tests" / "cases" / "every-kind" / "slo.yaml"


@dataclass(frozen=True)
class Said:
    """How a command ended.

    Attributes:
        code: the exit code.
        out: standard output.
        err: standard error.
    """

    code: int
    out: str
    err: str


Tocsin = Callable[..., Said]


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A small spec in a folder of its own."""
    return Path(shutil.copy(EVERY_KIND, tmp_path / "slo.yaml"))


@pytest.fixture
def tocsin(spec: Path, capsys: pytest.CaptureFixture[str]) -> Tocsin:
    """Runs a command on the small spec."""

    def run(command: str, *arguments: str) -> Said:
        on_spec = [] if command == "schema" else ["--spec", str(spec)]
        try:
            code = main([command, *on_spec, *arguments])
        except SystemExit as ended:  # argparse's own way out
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def edit(spec: Path) -> Callable[[str, str], None]:
    """Replaces text in the small spec; the text must be there."""

    def change(old: str, new: str) -> None:
        text = spec.read_text("utf-8")
        assert old in text
        spec.write_text(text.replace(old, new, 1), "utf-8")

    return change
