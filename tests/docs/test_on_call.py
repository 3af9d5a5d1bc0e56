"""`docs/on-call.md` and its rota: the example is a rota, the settings exist, the links lead somewhere."""

import re
from pathlib import Path

import pytest
import yaml

from agent.adapters.rota import read_rota, usable_rota
from agent.domain.incident import IncidentSeverity
from agent.errors import SettingsError
from agent.maintenance.check import check
from agent.settings import load
from tests.agent.makers import NOON
from tests.contract.markdown import fault, links

DOCS = Path(__file__).parents[2] / "docs"
PAGE, EXAMPLE, SETTINGS = DOCS / "on-call.md", DOCS / "rota.example.yaml", DOCS / "settings.md"
TOKEN = "123456789:" + "a" * 35
VARIABLE = re.compile(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`")


def environment(*people: int) -> dict[str, str]:
    users = ",".join(f"{each}:operator" for each in (7, *people))
    return {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_USERS": users, "ONCALL_ROTA_FILE": str(EXAMPLE)}


def test_the_example_is_a_rota_and_shows_everything_that_one_can_say() -> None:
    rota = read_rota(EXAMPLE, ())
    schema = yaml.safe_load((DOCS.parent / "agent" / "adapters" / "rota.schema.json").read_text("utf-8"))

    assert set(yaml.safe_load(EXAMPLE.read_text("utf-8"))) == set(schema["properties"])
    assert rota.on_call(NOON)
    assert all(rota.told_by(step, NOON) for step in rota.escalation)
    assert not rota.waits(IncidentSeverity.CRITICAL, NOON)


async def test_the_example_is_usable_once_everybody_in_it_has_a_role() -> None:
    people = [each.user for each in read_rota(EXAMPLE, ()).people]

    assert usable_rota(load(environment(*people))).rotations
    with pytest.raises(SettingsError, match=rf"bo could not even tap Ack; add {people[1]} to TELEGRAM_USERS"):
        usable_rota(load(environment(people[0], *people[2:])))
    assert [each for each in await check(load(environment(*people[1:]))) if each.startswith("ONCALL_ROTA_FILE: anna")]


def test_every_setting_that_the_page_names_exists() -> None:
    named = set(VARIABLE.findall(PAGE.read_text("utf-8")))

    assert len(named) > 10
    assert named <= set(VARIABLE.findall(SETTINGS.read_text("utf-8")))


def test_every_link_of_the_page_leads_somewhere() -> None:
    assert links(PAGE)
    assert [fault(PAGE, target) for target in links(PAGE) if fault(PAGE, target)] == []
