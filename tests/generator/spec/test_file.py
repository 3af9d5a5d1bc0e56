"""Holds the reading of a spec file to its bounds: no waiting, no more than a spec may have, and one clear message."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from generator.spec.document import LARGEST
from generator.spec.file import read_file
from generator.spec.problems import SpecError
from tests.generator.specs import SMALL


def refused(path: Path) -> str:
    with pytest.raises(SpecError) as caught:
        read_file(path)
    return str(caught.value)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device_is_no_spec(device: str) -> None:
    assert refused(Path(device)).startswith(f"{device}:1:1: ")


def test_an_endless_device_is_refused_at_once() -> None:
    assert refused(Path("/dev/zero")) == "/dev/zero:1:1: is no regular file; name a file, or /dev/stdin"


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "slo.yaml")

    assert "is no regular file; name a file, or /dev/stdin" in refused(tmp_path / "slo.yaml")


def test_a_folder_is_no_spec(tmp_path: Path) -> None:
    assert refused(tmp_path).startswith(f"{tmp_path}:1:1: ")


def test_no_more_is_read_than_a_spec_may_have(tmp_path: Path) -> None:
    place = tmp_path / "slo.yaml"
    with place.open("wb") as file:
        file.truncate(LARGEST + 1)

    assert "the file has 16 MB; a spec has at most 16 MB; split it" in refused(place)
    os.truncate(place, LARGEST)
    assert len(read_file(place)) == LARGEST


def test_a_spec_can_come_from_standard_input() -> None:
    """In a process of its own, because standard input belongs to the test runner here."""
    program = "from pathlib import Path; from generator.spec import load; print(load(Path('/dev/stdin')).settings.name)"

    told = subprocess.run([sys.executable, "-c", program], input=SMALL, capture_output=True, text=True, check=True)

    assert told.stdout == "shop\n"
