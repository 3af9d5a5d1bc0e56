"""`docs/backtest.md`: its options and variables exist, and its example is held by tests/end_to_end/test_backtest.py."""

import re

import pytest

from generator.backtest import credentials
from generator.cli import options
from tests.contract.markdown import fault, links
from tests.docs.blocks import ROOT

PAGE = ROOT / "docs/backtest.md"


def test_every_option_that_the_page_names_exists(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options.parser().parse_args(["backtest", "--help"])
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE.read_text("utf-8")))

    assert len(named) > 8
    assert named <= set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))


def test_every_variable_of_ours_that_the_page_names_exists() -> None:
    named = set(re.findall(r"\bTOCSIN_\w+", PAGE.read_text("utf-8")))

    assert named == {credentials.TOKEN, credentials.PASSWORD}


def test_every_link_of_the_page_leads_somewhere() -> None:
    assert [fault(PAGE, target) for target in links(PAGE) if fault(PAGE, target)] == []
