"""What `/settings` shows, who counts as a stranger, and when we are seen to be patient."""

import logging
from pathlib import Path

import pytest

from agent.adapters.telegram.dispatch import attempt, describe
from agent.adapters.telegram.dispatch.strangers import Strangers
from agent.settings import load
from tests.agent.adapters.telegram.dispatch.office import OPERATOR, Office
from tests.agent.fakes import FakeClock

CANARY = "CANARY" * 6
ENVIRONMENT = {
    "TELEGRAM_BOT_TOKEN": f"123:{CANARY}",
    "TELEGRAM_USERS": "1:viewer,2:admin",
    "TELEGRAM_UPDATES": "webhook",
    "TELEGRAM_WEBHOOK_URL": f"https://bot.example.org/{CANARY}",
    "TELEGRAM_WEBHOOK_SECRET": CANARY,
    "ALERT_WEBHOOK_URL": f"https://user:{CANARY}@hooks.example.org/{CANARY}",
    "ALERT_WEBHOOK_SECRET": CANARY,
    "LOCAL_API_KEYS": f"{CANARY}:api:read",
    "ALERTMANAGER_URL": f"http://alertmanager:9093/{CANARY}",
    "ALERTMANAGER_WEBHOOK_TOKEN": CANARY,
}


def test_settings_are_shown_without_any_secret() -> None:
    shown = dict(describe(load(ENVIRONMENT)))
    assert CANARY not in str(shown)
    assert shown["Users"] == "1 viewer, 2 admin"
    assert shown["Alertmanager"] == "alertmanager"
    assert shown["Alert webhook"] == "hooks.example.org, from medium on"


def test_only_the_latest_strangers_are_remembered(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    strangers = Strangers(FakeClock())
    assert all(strangers.note(user) for user in range(1001))
    assert not strangers.note(1000)
    assert strangers.note(0)


async def test_whoever_waits_sees_that_something_is_being_done(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "PATIENCE_SECONDS", 0)
    await office.says(OPERATOR, "/new app")
    office.git.gate.clear()
    await office.intake.keep([office.written(OPERATOR, "/new app")])
    await office.dispatcher.turn()
    await office.agency.breathe()
    assert office.courtesy.typed[-1] == OPERATOR
    office.git.gate.set()
    await office.dispatcher.settle()


async def test_nobody_who_is_answered_at_once_sees_us_typing(tmp_path: Path) -> None:
    office = Office(tmp_path)
    await office.says(OPERATOR, "/whoami")
    assert office.courtesy.typed == []
