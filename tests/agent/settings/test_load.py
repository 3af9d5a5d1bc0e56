"""Holds the reading of the environment to the documents' variables and defaults."""

from pathlib import Path

import pytest

from agent.domain.roles import Role
from agent.errors import SettingsError
from agent.settings import ROLES, SCOPES, ApiKey, Secret, Updates, load

TOKEN = "123456789:" + "a" * 35
ENOUGH = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_USERS": "7:admin"}


def problems(**environment: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load({**ENOUGH, **environment})
    return caught.value.problems


def test_the_alert_hook_has_the_documented_defaults() -> None:
    hook = load(ENOUGH).alert_hook

    assert not hook.enabled
    assert (hook.timeout_seconds, hook.min_severity, hook.dedup_window_seconds) == (3, "medium", 90)
    assert (hook.retry_count, hook.dead_letter_max) == (2, 200)


def test_the_server_answers_on_port_8080_of_this_machine_unless_told_otherwise() -> None:
    assert (load(ENOUGH).http.host, load(ENOUGH).http.port) == ("127.0.0.1", 8080)


def test_paths_default_to_those_of_the_document() -> None:
    paths = load(ENOUGH).paths

    assert paths.repos == Path("/projects/repos")
    assert paths.backups == Path("/projects/orchestrator/backups")
    assert paths.logs == Path("/projects/orchestrator/logs")
    assert paths.database == Path("/projects/orchestrator/state.db")


def test_paths_follow_the_data_directory() -> None:
    assert load({**ENOUGH, "DATA_DIR": "/srv/x"}).paths.backups == Path("/srv/x/backups")


def test_backups_are_made_every_six_hours_and_kept_for_thirty_days() -> None:
    assert (load(ENOUGH).limits.backup_hours, load(ENOUGH).limits.backup_days) == (6, 30)


def test_all_problems_are_reported_at_once() -> None:
    found = problems(ALERT_RETRY_COUNT="many", BIND_PORT="99999", ALERT_MIN_SEVERITY="loud", TELEGRAM_USERS="")

    assert {problem.partition(":")[0] for problem in found} == {
        "ALERT_RETRY_COUNT",
        "BIND_PORT",
        "ALERT_MIN_SEVERITY",
        "TELEGRAM_USERS",
    }


def test_a_problem_says_what_to_do() -> None:
    assert problems(ALERT_DEDUP_WINDOW_SEC="-1") == (
        "ALERT_DEDUP_WINDOW_SEC: out of range; give a number from 0 to 86400",
    )


def test_without_a_token_or_anybody_allowed_only_the_sandbox_starts() -> None:
    assert load({}, sandbox=True).sandbox
    with pytest.raises(SettingsError):
        load({})


def test_users_have_roles() -> None:
    assert load({**ENOUGH, "TELEGRAM_USERS": "7:admin, 8:viewer"}).telegram.users == {7: "admin", 8: "viewer"}


def test_the_roles_of_the_settings_are_those_of_the_domain() -> None:
    assert tuple(Role) == ROLES


@pytest.mark.parametrize("users", ["7", "7:root", "me:admin", "7:admin:x"])
def test_a_malformed_user_is_a_problem(users: str) -> None:
    assert len(problems(TELEGRAM_USERS=users)) >= 1


def test_binding_beyond_this_machine_needs_a_key() -> None:
    assert "LOCAL_API_KEYS" in problems(BIND_HOST="0.0.0.0")[0]  # noqa: S104 - the case under test
    assert load({**ENOUGH, "BIND_HOST": "::", "LOCAL_API_KEYS": "k1"}).http.host == "::"


def test_a_key_has_its_scopes_or_may_read_runs() -> None:
    keys = load({**ENOUGH, "LOCAL_API_KEYS": "k1:api:read,api:write;k2"}).http.keys

    assert keys == (
        ApiKey(Secret("k1"), frozenset({"api:read", "api:write"})),
        ApiKey(Secret("k2"), frozenset({"runs:read"})),
    )


def test_an_unknown_scope_is_a_problem() -> None:
    assert SCOPES[0] in problems(LOCAL_API_KEYS="k1:everything")[0]


@pytest.mark.parametrize("url", ["http://example.com/hook", "ftp://x", "hook", "https://", "http://[bad"])
def test_the_hook_speaks_https(url: str) -> None:
    assert problems(ALERT_WEBHOOK_URL=url)[0].startswith("ALERT_WEBHOOK_URL")


@pytest.mark.parametrize("url", ["https://example.com/hook", "http://127.0.0.1:9/hook"])
def test_plain_http_is_for_this_machine(url: str) -> None:
    assert load({**ENOUGH, "ALERT_WEBHOOK_URL": url}).alert_hook.enabled


def test_webhook_mode_needs_an_address_and_a_secret() -> None:
    assert len(problems(TELEGRAM_UPDATES="webhook")) == 2
    settings = load(
        {
            **ENOUGH,
            "TELEGRAM_UPDATES": "webhook",
            "TELEGRAM_WEBHOOK_URL": "https://bot.example.com",
            "TELEGRAM_WEBHOOK_SECRET": "abc",
        }
    )
    assert settings.telegram.updates is Updates.WEBHOOK


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")

    assert load({"TELEGRAM_USERS": "7:admin", "TELEGRAM_BOT_TOKEN_FILE": str(file)}).telegram.token.matches(TOKEN)


def test_no_problem_repeats_the_value() -> None:
    bad = {"TELEGRAM_BOT_TOKEN": "123:leaky", "LOCAL_API_KEYS": "leaky:nope", "ALERT_WEBHOOK_URL": "http://leaky"}
    found = problems(**bad)

    assert "leaky" not in " ".join(found)


def test_the_settings_print_no_secret() -> None:
    settings = load({**ENOUGH, "LOCAL_API_KEYS": "opensesame:api:read"})

    assert TOKEN not in repr(settings)
    assert "opensesame" not in repr(settings)
    assert {secret.reveal() for secret in settings.secrets} == {TOKEN, "opensesame"}


def test_every_malformed_entry_is_told_by_its_place_and_nothing_that_follows_from_it() -> None:
    found = problems(TELEGRAM_USERS="me:admin,7:admin,8:king", LOCAL_API_KEYS="a:x;b;:y", BIND_HOST="::")

    assert [problem.partition(" is ")[0] for problem in found] == [
        "TELEGRAM_USERS: entry 1",
        "TELEGRAM_USERS: entry 3",
        "LOCAL_API_KEYS: entry 1",
        "LOCAL_API_KEYS: entry 3",
    ]


def test_nobody_is_let_in_by_entries_or_files_that_are_empty_or_wrong(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    empty, none = str(tmp_path / "empty"), str(tmp_path / "none")

    assert problems(TELEGRAM_USERS=" , ")[0].startswith("TELEGRAM_USERS: nobody is allowed")
    assert len(problems(TELEGRAM_USERS="me:admin")) == 1
    assert problems(TELEGRAM_BOT_TOKEN_FILE=empty)[0].startswith("TELEGRAM_BOT_TOKEN: missing")
    assert len(problems(TELEGRAM_BOT_TOKEN_FILE=none)) == 1
    assert problems(BIND_HOST="::", LOCAL_API_KEYS_FILE=empty)[0].startswith("LOCAL_API_KEYS: missing")
    assert len(problems(BIND_HOST="::", LOCAL_API_KEYS_FILE=none)) == 1


def test_work_on_what_is_on_disk_needs_places_and_limits_only() -> None:
    wrong = {"BIND_PORT": "many", "TELEGRAM_UPDATES": "webhook", "LOG_LEVEL": "loud"}

    assert load({**wrong, "DATA_DIR": "/srv/x"}, offline=True).paths.data == Path("/srv/x")
    with pytest.raises(SettingsError) as caught:
        load({**wrong, "DATA_DIR": "x", "BACKUP_RETENTION_DAYS": "0"}, offline=True)
    assert [each.partition(":")[0] for each in caught.value.problems] == ["DATA_DIR", "BACKUP_RETENTION_DAYS"]


def test_a_name_that_is_nearly_a_setting_is_a_doubt_and_no_problem() -> None:
    doubts = load({**ENOUGH, "MAX_CONCURENT_RUNS": "9", "PATH": "/bin", "ALERTMANAGER_PORT": "tcp://x"}).doubts

    assert doubts == ("MAX_CONCURENT_RUNS: not a setting; did you mean MAX_CONCURRENT_RUNS?",)


def test_doubts_stand_beside_the_problems_they_may_explain() -> None:
    assert "TELEGRAM_USER: not a setting; did you mean TELEGRAM_USERS?" in problems(
        TELEGRAM_USERS="", TELEGRAM_USER="7"
    )


def test_what_is_wrong_in_files_is_told_in_the_same_pass() -> None:
    with pytest.raises(SettingsError) as caught:
        load({**ENOUGH, "BIND_PORT": "x"}, also=(lambda found: [f"file: {found.http.port}"],))

    assert [each.partition(";")[0] for each in caught.value.problems] == ["BIND_PORT: not a number", "file: 8080"]
