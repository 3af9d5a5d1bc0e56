"""Alertmanager's own Telegram receiver in `tocsin up`: it reaches the simulated chat only, or its lack is said."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.domain.service import Service
from generator.domain.targets import Version
from generator.drill.stack import Addresses, Places, Plan, configuration
from generator.drill.stack.programs import BOT, PERSON
from generator.drill.stack.way_out import way_out, why_missing, wire


def aimed(service: Service, version: Version) -> Service:
    return service.for_targets(service.settings.targets.with_version("alertmanager", version))


def written(service: Service, folder: Path) -> list[dict[str, Any]]:
    """The Telegram receivers that Alertmanager of a stack is given."""
    places, missing = Places.below(folder), why_missing(service, with_agent=True, telegram_is_real=False)
    addresses = Addresses(exporter=1, telegram=2, agent=3, alertmanager=4, prometheus=5)
    plan = Plan(service, folder / "slo.yaml", places, addresses, way_out=way_out(service, places, missing))
    configuration.write(plan, "sesame")
    wire(plan)
    content = yaml.safe_load((places.bundle / "monitoring/alertmanager/alertmanager.yml").read_text("utf-8"))
    return [config for receiver in content["receivers"] for config in receiver.get("telegram_configs", ())]


def test_it_leads_to_the_simulated_telegram_with_the_token_of_the_simulation(ours: Service, tmp_path: Path) -> None:
    (config,) = written(aimed(ours, Version(0, 28)), tmp_path)
    token = tmp_path / "bot-token"

    assert (config["api_url"], config["chat_id"]) == ("http://127.0.0.1:2", PERSON)
    assert config["bot_token_file"] == str(token)
    assert (token.read_text(), token.stat().st_mode & 0o777) == (BOT, 0o600)


def test_an_alertmanager_that_cannot_read_a_token_from_a_file_has_none_and_it_is_said(
    ours: Service, tmp_path: Path
) -> None:
    old = aimed(ours, Version(0, 25))

    assert written(old, tmp_path) == []
    assert why_missing(old, with_agent=True, telegram_is_real=False) == (
        "Alertmanager's own Telegram receiver is left out: Alertmanager 0.25 has no bot_token_file, 0.26 has; "
        "alerts about the agent reach the agent alone"
    )


@pytest.mark.parametrize(
    ("with_agent", "is_real", "said"),
    [(True, False, ""), (True, True, "the spec's own chat"), (False, False, "without the agent")],
)
def test_the_chat_of_real_people_is_never_written_to(ours: Service, with_agent: bool, is_real: bool, said: str) -> None:
    service = aimed(ours, Version(0, 28))

    missing = why_missing(service, with_agent=with_agent, telegram_is_real=is_real)

    assert said in missing
    assert (way_out(service, Places.below(Path("up")), missing) is None) is bool(said)


def test_a_spec_without_it_misses_nothing(ours: Service) -> None:
    without = replace(ours, routing=replace(ours.routing, way_out=None))

    assert why_missing(without, with_agent=True, telegram_is_real=True) == ""
    assert way_out(without, Places.below(Path("up")), "") is None
