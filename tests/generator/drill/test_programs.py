"""How the programs of a stack are started: what the stand-in must not play, and a pace that fits the time scale."""

from pathlib import Path

import pytest

from generator.domain.conditions.age import Age
from generator.domain.service import Service
from generator.drill.stack import Addresses, Places, Plan, programs
from generator.drill.stack.process import Process
from generator.drill.stack.programs import BACKUP_INTERVAL, FASTEST_BACKUPS, backup_hours


def plan(service: Service, *, agent_is_scraped: bool = True, telegram_is_real: bool = False) -> Plan:
    places, addresses = Places.below(Path("stack")), Addresses(1, 2, 3, 4, 5)
    return Plan(
        service,
        Path("slo.yaml"),
        places,
        addresses,
        agent_is_scraped=agent_is_scraped,
        telegram_is_real=telegram_is_real,
    )


def told(process: Process) -> list[str]:
    return [each for each in process.command if each.startswith("--elsewhere")]


def test_the_stand_in_is_told_what_is_scraped_from_the_agent(ours: Service) -> None:
    assert told(programs.exporter(plan(ours))) == ["--elsewhere=televibe-orchestrator"]
    assert told(programs.exporter(plan(ours, agent_is_scraped=False))) == []


@pytest.mark.parametrize("scale", [1, 60, 400, FASTEST_BACKUPS])
def test_the_agent_makes_backups_as_often_as_the_rule_that_watches_them_expects(ours: Service, scale: int) -> None:
    rule = next(alert for alert in ours.alerts if alert.name == "BackupTooOld")
    assert isinstance(rule.when, Age)
    limit = float(rule.when.threshold.value) * ours.time_scale / scale
    interval = backup_hours(scale) * 3600
    looks = min(60, interval / 12)  # so often the agent looks whether one is due

    assert interval + looks < limit


def test_a_pace_that_somebody_has_chosen_is_kept_with_a_real_bot(
    ours: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(BACKUP_INTERVAL, raising=False)
    scaled = programs.agent(plan(ours), "token").environment
    monkeypatch.setenv(BACKUP_INTERVAL, "3")
    chosen = programs.agent(plan(ours, telegram_is_real=True), "token").environment

    assert scaled is not None
    assert chosen is not None
    assert (float(scaled[BACKUP_INTERVAL]), chosen[BACKUP_INTERVAL]) == (6 / ours.time_scale, "3")
