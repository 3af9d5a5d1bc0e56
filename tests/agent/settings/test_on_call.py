"""The settings of the on-call loop: their defaults, and what is refused."""

import pytest

from agent.errors import SettingsError
from agent.settings import load

ENOUGH = {"TELEGRAM_BOT_TOKEN": "123456789:" + "a" * 35, "TELEGRAM_USERS": "7:admin"}


def test_the_defaults_page_after_a_storm_of_ten_and_miss_the_heartbeat_after_five_minutes() -> None:
    found = load(ENOUGH).on_call

    assert (found.storm_groups, found.watchdog_seconds, found.exit_seconds) == (10, 300, 3600)
    assert (found.ack_lapse_critical_seconds, found.ack_lapse_warning_seconds) == (3600, 28_800)
    assert (found.chats, found.action_hosts, found.alertmanager_url, found.rota) == ((), (), "", None)


def test_lists_are_read_and_each_entry_kept_once() -> None:
    found = load({**ENOUGH, "ONCALL_CHAT_IDS": "-100, 7,7", "ACTION_HOSTS": "A.example:8443, b,b"}).on_call

    assert found.chats == (-100, 7)
    assert found.action_hosts == ("a.example:8443", "b")


def test_the_secrets_are_among_those_that_logs_redact() -> None:
    tokens = {"ALERTMANAGER_TOKEN": "t1-secret", "ALERTMANAGER_PASSWORD": "p1-secret", "ACTION_API_KEY": "k1-secret"}
    tokens |= {"PROMETHEUS_TOKEN": "t2-secret", "PROMETHEUS_PASSWORD": "p2-secret"}
    revealed = {secret.reveal() for secret in load({**ENOUGH, **tokens}).secrets}

    assert set(tokens.values()) <= revealed


def test_the_watch_over_the_monitoring_can_be_switched_off() -> None:
    assert load({**ENOUGH, "WATCHDOG_PERIOD_SEC": "0"}).on_call.watchdog_seconds == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALERTMANAGER_URL", "ftp://x"),
        ("ALERTMANAGER_URL", "http://user:pw@x"),
        ("ALERTMANAGER_URL", "http://x?y=1"),
        ("ALERTMANAGER_URL", "alertmanager:9093"),
        ("ACTION_BASE_URL", "/api"),
        ("ACTION_HOSTS", "https://x"),
        ("ACTION_HOSTS", "a@b"),
        ("ACTION_HOSTS", "*"),
        ("ONCALL_CHAT_IDS", "me"),
        ("WATCHDOG_PERIOD_SEC", "4"),
        ("ONCALL_STORM_GROUPS", "0"),
        ("PROMETHEUS_URL", "prometheus:9090"),
        ("PROMETHEUS_TENANT", "a b"),
        ("CHART_HOURS", "0"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        load({**ENOUGH, variable: value})
