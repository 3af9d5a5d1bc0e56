"""Holds .env.example and docs/settings.md to the variables that are read, and to their defaults."""

import re
from pathlib import Path
from typing import Any

from agent.adapters.profiles.rules import OURS
from agent.settings import load

ROOT = Path(__file__).parents[3]
_LINE = re.compile(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
_ROW = re.compile(r"^\| `([A-Z][A-Z0-9_]*)` \| (?:`([^`]+)`)? *\| [^|]+ \|$", re.MULTILINE)
REQUIRED = {"TELEGRAM_BOT_TOKEN": "123456789:" + "a" * 35, "TELEGRAM_USERS": "7:admin"}


class Watched(dict[str, str]):
    """An environment that remembers what was looked up."""

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - as dict
        super().__init__(*given)
        self.asked: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - as dict
        self.asked.append(key)
        return super().get(key, default)


def read_variables() -> set[str]:
    environment = Watched()
    load(environment, sandbox=True)
    return set(environment.asked)


def example() -> dict[str, str]:
    return dict(_LINE.findall((ROOT / ".env.example").read_text()))


def test_the_example_names_every_variable_that_is_read_and_no_other() -> None:
    assert set(example()) == read_variables()


def test_the_page_names_every_variable_that_is_read_with_the_same_default() -> None:
    assert dict(_ROW.findall((ROOT / "docs" / "settings.md").read_text())) == example()


def test_each_variable_stands_there_once() -> None:
    names = [name for name, _ in _LINE.findall((ROOT / ".env.example").read_text())]

    assert len(names) == len(set(names))


def test_what_the_example_shows_as_default_is_the_default() -> None:
    shown = {name: value for name, value in example().items() if value}

    assert load(shown | REQUIRED) == load(REQUIRED)


def test_only_what_is_required_is_not_commented_out() -> None:
    text = (ROOT / ".env.example").read_text()

    assert set(re.findall(r"^([A-Z]\w*)=", text, re.MULTILINE)) == set(REQUIRED)


def test_every_secret_of_the_agent_is_kept_from_clis() -> None:
    twins = {name.removesuffix("_FILE") for name in read_variables() if name.endswith("_FILE")}

    assert twins & read_variables() == OURS
