"""What the start doubts about who hears of incidents: each is one line that says what to do."""

from pathlib import Path

import pytest

from agent.adapters.rota import usable_rota
from agent.adapters.rota_doubts import rota_doubts
from agent.settings.load import load
from agent.settings.model import Settings

ROTA = (
    "version: 1\nchats: [-100]\npeople: {anna: {user: 11}, bo: {user: 12}}\nescalation: [{after: 5m, to: [anna, bo]}]\n"
)


def settings(tmp_path: Path, users: str = "11:operator,12:operator", **more: str) -> Settings:
    (tmp_path / "rota.yaml").write_text(ROTA)
    return load(
        {
            "TELEGRAM_BOT_TOKEN": "123456789:" + "A" * 35,
            "TELEGRAM_USERS": users,
            "WORK_DIR": str(tmp_path),
            "DATA_DIR": str(tmp_path),
            "ONCALL_ROTA_FILE": str(tmp_path / "rota.yaml"),
            **more,
        }
    )


def test_an_alertmanager_that_may_not_post_is_doubted(tmp_path: Path) -> None:
    (doubt,) = rota_doubts(settings(tmp_path, ALERTMANAGER_URL="http://127.0.0.1:9093"))

    assert doubt.startswith("ALERTMANAGER_WEBHOOK_TOKEN: unset, although ALERTMANAGER_URL is set")
    assert "401" in doubt


def test_an_alertmanager_that_may_post_is_not_doubted(tmp_path: Path) -> None:
    more = {"ALERTMANAGER_URL": "http://127.0.0.1:9093", "ALERTMANAGER_WEBHOOK_TOKEN": "a-secret-of-enough-length-0123"}

    assert rota_doubts(settings(tmp_path, **more)) == ()


def test_an_agent_without_an_alertmanager_is_not_doubted(tmp_path: Path) -> None:
    assert rota_doubts(settings(tmp_path)) == ()


@pytest.mark.parametrize("role", ["operator", "approver", "admin"])
def test_who_may_ack_is_not_doubted(tmp_path: Path, role: str) -> None:
    assert rota_doubts(settings(tmp_path, f"11:{role},12:operator")) == ()


def test_a_viewer_in_the_rota_is_doubted_and_not_refused(tmp_path: Path) -> None:
    found = settings(tmp_path, "11:viewer,12:operator")

    assert [each.name for each in usable_rota(found).people] == ["anna", "bo"]
    (doubt,) = rota_doubts(found)
    assert doubt.startswith("ONCALL_ROTA_FILE: anna is viewer and cannot tap Ack")
    assert "11:operator" in doubt
