"""The command line of the agent: what it says, and the exit codes that supervisors and scripts learn from."""

import os

import pytest

from agent.cli import main

WAY = {"PATH": os.environ["PATH"]}


def test_missing_settings_are_named_and_exit_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"], {}) == 2

    said = capsys.readouterr().err
    assert "TELEGRAM_BOT_TOKEN: missing" in said
    assert "TELEGRAM_USERS: nobody is allowed" in said


def test_the_sandbox_needs_no_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--sandbox"], WAY) == 0

    assert "everything is there" in capsys.readouterr().out


def test_a_folder_that_is_missing_is_a_problem_and_exits_with_one(
    capsys: pytest.CaptureFixture[str], tmp_path: os.PathLike[str]
) -> None:
    assert main(["check", "--sandbox"], {**WAY, "BACKUP_DIR": "/dev/null/backups", "DATA_DIR": str(tmp_path)}) == 1

    assert "BACKUP_DIR" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["", "tour", "check", "backup", "restore", "reconstruct"])
def test_every_command_has_its_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*([command] if command else []), "--help"], {})

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: tocsin-agent")


def test_an_unknown_command_exits_with_two() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["fly"], {})

    assert ended.value.code == 2
