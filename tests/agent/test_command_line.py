"""`tocsin-agent check`: all bad settings at once."""

import pytest

from agent.__main__ import main


def test_missing_settings_are_named_and_exit_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"], {}) == 2

    assert "TELEGRAM" in capsys.readouterr().err


def test_the_sandbox_needs_no_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--sandbox"], {}) == 0

    assert "complete" in capsys.readouterr().out
