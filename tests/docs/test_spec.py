"""`docs/spec.md` says of every mapping which keys it must have and which it may, and the schema says the same."""

import re
from pathlib import Path
from typing import Any

import pytest

from generator.spec.schema import schema

DOCUMENT = (Path(__file__).parents[2] / "docs" / "spec.md").read_text("utf-8")
DEFINED: dict[str, Any] = schema()["$defs"]
SIDES = {"Required": True, "Optional": False}

MAPPINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("Top level", ""): dict(schema()),
    ("`bundle`", ""): DEFINED["bundle"],
    ("`bundle.deployment`", ""): DEFINED["deployment"],
    ("`severities`", "each"): DEFINED["severity"],
    ("`labels`", ""): schema()["properties"]["labels"],
    ("`routing`", ""): DEFINED["routing"],
    ("`routing`", "`agent_webhook`"): DEFINED["routing"]["properties"]["agent_webhook"],
    ("`routing`", "`way_out`"): DEFINED["routing"]["properties"]["way_out"],
    ("`procedures`", ""): DEFINED["procedure"],
    ("`procedures`", "a step"): DEFINED["step"]["anyOf"][1],
    ("`procedures`", "an action"): DEFINED["action"],
    ("`systems`", ""): DEFINED["system"],
    ("`metrics`", ""): DEFINED["metric"],
    ("`alerts`", ""): DEFINED["alert"],
    ("`objectives`", ""): DEFINED["objective"],
    ("`dashboard`", ""): DEFINED["dashboard"],
    ("`dashboard`", "a panel"): DEFINED["panel"],
}


def documented(heading: str, where: str) -> dict[str, bool]:
    """Keys that a section names for a mapping, and whether it calls them required."""
    section = re.split(r"^##+ ", DOCUMENT.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    within = f" in {where}" if where else ""
    found: dict[str, bool] = {}
    for side, is_required in SIDES.items():
        listed = re.search(rf"^{side}{re.escape(within)}: ([^.]*)\.", section, re.MULTILINE)
        found |= dict.fromkeys(re.findall(r"`(\w+)`", listed[1]) if listed else [], is_required)
    return found


@pytest.mark.parametrize(("heading", "where"), MAPPINGS, ids=[" ".join(names).strip() for names in MAPPINGS])
def test_a_section_names_every_key_and_which_are_required(heading: str, where: str) -> None:
    mapping = MAPPINGS[heading, where]

    assert documented(heading, where) == {key: key in mapping.get("required", ()) for key in mapping["properties"]}
