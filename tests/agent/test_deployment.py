"""Holds the image and the unit of systemd to what the agent needs of them."""

import re
from pathlib import Path

from agent.cli.exits import Exit

ROOT = Path(__file__).parents[2]
UNIT = (ROOT / "deploy" / "systemd" / "televibe.service").read_text()
IMAGE = (ROOT / "Dockerfile").read_text()


def said(setting: str) -> list[str]:
    return re.findall(rf"^{setting}=(.*)$", UNIT, re.MULTILINE)


def test_under_systemd_clis_can_keep_their_sessions_at_home() -> None:
    home = Path(next(each for each in said("Environment") if each.startswith("HOME=")).partition("=")[2])

    assert said("ProtectSystem") == ["strict"]
    assert any(home.is_relative_to(writable) for writable in said("ReadWritePaths"))
    assert any(str(home) in command for command in said("ExecStartPre"))  # nobody else makes it


def test_in_the_image_home_is_on_the_volume() -> None:
    home = Path(re.findall(r"\bHOME=(\S+)", IMAGE)[0])

    assert any(home.is_relative_to(volume) for volume in re.findall(r"^VOLUME (\S+)", IMAGE, re.MULTILINE))
    assert re.search(rf"install .*{home}", IMAGE)


def test_the_unit_does_not_start_again_what_only_a_person_can_mend() -> None:
    assert {int(code) for code in said("RestartPreventExitStatus")[0].split()} == {Exit.BAD_SETTINGS, Exit.DAMAGED}


def test_what_the_unit_writes_is_for_its_user_alone() -> None:
    assert said("UMask") == ["0077"]
