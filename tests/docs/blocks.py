"""Blocks of a page that are held to what the commands print; TOCSIN_UPDATE_GOLDENS=1 writes them anew."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
UPDATE = os.environ.get("TOCSIN_UPDATE_GOLDENS") == "1"


def block(name: str, page: Path = README) -> str:
    """What stands in the page between the marks of that name."""
    return _found(name, page)[2]


def hold(name: str, text: str, page: Path = README) -> None:
    """The block is that text; written anew when asked to."""
    if UPDATE:
        old, (start, end) = page.read_text("utf-8"), _found(name, page).span(2)
        page.write_text(old[:start] + text + old[end:], "utf-8")
    assert block(name, page) == text


def _found(name: str, page: Path) -> re.Match[str]:
    found = re.search(rf"<!-- {name} -->\n```(\w*)\n(.*?)```\n<!-- /{name} -->", page.read_text("utf-8"), re.DOTALL)
    assert found, f"{page.name} has no block {name!r}"
    return found
