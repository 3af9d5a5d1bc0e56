"""Holds the operator's commands to real databases, repositories and a running agent's lock."""

import asyncio
import gzip
import os
import socket
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from agent.adapters.lock import held
from agent.adapters.sqlite import SqliteStore
from agent.errors import AlreadyRunning, BackupError, SettingsError, StoreTooNew
from agent.maintenance import backup, check, reconstruct, restore
from agent.sandbox.launch import launched
from agent.settings import Settings, load
from tests.agent.makers import make_run, make_session

TOKEN = "123456789:" + "a" * 35


def settings_in(folder: Path, **more: str) -> Settings:
    variables: Mapping[str, str] = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_USERS": "5:viewer,7:admin",
        "TELEGRAM_ADMIN_CHAT_ID": "7",
        "DATA_DIR": str(folder / "data"),
        "REPOS_ROOT": str(folder / "repos"),
        "WORKSPACES_ROOT": str(folder / "workspaces"),
        "BIND_PORT": "0",
        **more,
    }
    (folder / "repos").mkdir(exist_ok=True)
    return load(variables)


def everything_in(folder: Path) -> list[str]:
    return sorted(map(str, folder.rglob("*")))


async def fill(settings: Settings, *sessions: str) -> None:
    async with SqliteStore.opened(settings.paths.database) as store, store.transaction() as records:
        for name in sessions:
            await records.sessions.add(make_session(id=name))
            await records.runs.add(make_run(id=f"run of {name}", session_id=name))


async def sessions_in(settings: Settings) -> list[str]:
    async with SqliteStore.opened(settings.paths.database) as store, store.reading() as records:
        return sorted(session.id for session in await records.sessions.active())


# Backup and restore


async def test_a_backup_is_made_while_the_agent_writes_and_can_be_restored_after_it_has_gone(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    await fill(settings, "S1", "S2")
    async with SqliteStore.opened(settings.paths.database) as store:
        with held(settings.paths.data):
            async with store.transaction() as records:
                await records.sessions.add(make_session(id="S3"))
                said = await backup(settings)
    (archive,) = settings.paths.backups.iterdir()
    assert str(archive) in said
    await fill(settings, "S4")

    told = await restore(settings)

    assert await sessions_in(settings) == ["S1", "S2"]
    assert "sessions and jobs recovered: 2 and 2" in told
    assert f"Put aside: {settings.paths.database}.corrupted" in told
    assert f"{settings.paths.database}.corrupted" in everything_in(tmp_path)


async def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="There is no database at"):
        await backup(settings_in(tmp_path))
    assert not (tmp_path / "data" / "backups").exists()


async def test_two_backups_at_once_do_not_spoil_each_other(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    await fill(settings, *(f"S{number}" for number in range(200)))

    await asyncio.gather(*(backup(settings) for _ in range(4)))

    assert all(path.name.endswith(".db.gz") for path in settings.paths.backups.iterdir())


async def test_nothing_is_restored_under_a_running_agent(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    await fill(settings, "S1")
    await backup(settings)

    with held(settings.paths.data), pytest.raises(AlreadyRunning, match=f"as process {os.getpid()}"):
        await restore(settings)

    assert await sessions_in(settings) == ["S1"]


async def test_the_newest_backup_is_taken_unless_another_is_named(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, BACKUP_RETENTION_DAYS="3650")
    await fill(settings, "S1")
    await backup(settings)
    (made,) = settings.paths.backups.iterdir()
    older = made.rename(made.with_name("state-2025-12-13T06-00-00.db.gz"))
    await fill(settings, "S2")
    await backup(settings)

    await restore(settings)
    assert await sessions_in(settings) == ["S1", "S2"]
    await restore(settings, older)
    assert await sessions_in(settings) == ["S1"]


async def test_without_a_backup_the_other_way_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="tocsin-agent reconstruct"):
        await restore(settings_in(tmp_path))


PACKED = gzip.compress(b"no database at all" * 50, mtime=0)


@pytest.mark.parametrize("content", [b"", b"no archive", PACKED, PACKED[:20], PACKED[:10] + b"\xff" * 40])
async def test_a_bad_archive_changes_nothing(tmp_path: Path, content: bytes) -> None:
    settings = settings_in(tmp_path)
    await fill(settings, "S1")
    archive = tmp_path / "bad.db.gz"
    archive.write_bytes(content)

    with pytest.raises(BackupError):
        await restore(settings, archive)

    assert await sessions_in(settings) == ["S1"]
    assert not list(settings.paths.data.glob("*.corrupted"))


async def test_a_backup_of_a_newer_version_changes_nothing(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    await fill(settings, "S1")
    await backup(settings)
    (archive,) = settings.paths.backups.iterdir()
    newer = tmp_path / "newer.db"
    newer.write_bytes(gzip.decompress(archive.read_bytes()))
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("INSERT INTO schema_version VALUES (9999, 'later', 'then')")
        connection.commit()
    archive.write_bytes(gzip.compress(newer.read_bytes()))

    with pytest.raises(StoreTooNew):
        await restore(settings)

    assert not list(settings.paths.data.glob("*.corrupted"))


# Reconstruction


def git(folder: Path, *arguments: str) -> None:
    author = ("-c", "user.name=T", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


def repository(settings: Settings, name: str, *sessions: str) -> None:
    folder = settings.paths.repos / name
    folder.mkdir()
    git(folder, "init", "--initial-branch=main")
    git(folder, "commit", "--allow-empty", "-m", "Begin")
    for session in sessions:
        place = settings.paths.workspaces / name / session
        git(folder, "worktree", "add", "-b", f"tocsin/{session}", str(place))


async def test_projects_and_sessions_come_back_from_disk(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    repository(settings, "app", "S3", "S8")

    told = await reconstruct(settings)

    assert "1 projects and 2 sessions" in told
    async with SqliteStore.opened(settings.paths.database) as store, store.reading() as records:
        (session, *_) = sorted(await records.sessions.active(), key=lambda each: each.id)
        assert (session.id, session.branch, session.chat_id, session.owner_id) == ("S3", "tocsin/S3", 7, 7)


async def test_reconstructing_twice_adds_nothing(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    repository(settings, "app", "S3")
    await reconstruct(settings)

    assert "0 projects and 0 sessions" in await reconstruct(settings)


@pytest.mark.parametrize("damage", [b"this is no database" * 500, b""])
async def test_a_damaged_database_is_put_aside_and_rebuilt(tmp_path: Path, damage: bytes) -> None:
    settings = settings_in(tmp_path)
    repository(settings, "app", "S3")
    settings.paths.data.mkdir()
    settings.paths.database.write_bytes(damage)

    told = await reconstruct(settings)

    assert await sessions_in(settings) == ["S3"]
    assert ("Put aside" in told) == bool(damage)


async def test_nothing_is_rebuilt_under_a_running_agent_or_for_nobody(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with held(settings.paths.data), pytest.raises(AlreadyRunning):
        await reconstruct(settings)
    with pytest.raises(SettingsError) as caught:
        await reconstruct(settings_in(tmp_path, TELEGRAM_ADMIN_CHAT_ID="", TELEGRAM_USERS="5:viewer"))

    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "TELEGRAM_ADMIN_CHAT_ID",
        "TELEGRAM_USERS",
    ]
    assert not settings.paths.database.exists()


# Check


async def test_a_fit_place_has_no_problems_and_is_left_as_it_was(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    before = everything_in(tmp_path)

    assert await check(settings) == ()
    assert everything_in(tmp_path) == before


async def test_every_problem_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = tmp_path / "profiles.yaml"
    profiles.write_text("profiles: {default: {dialect: command, program: no-such-program-anywhere}}")
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        settings = settings_in(
            tmp_path,
            PROFILES_FILE=str(profiles),
            BIND_PORT=str(taken.getsockname()[1]),
            REPOS_ROOT=str(tmp_path / "none"),
            BACKUP_DIR=str(profiles / "below"),
            RUNBOOK_CATALOG=str(tmp_path / "none.json"),
        )
        settings.paths.data.mkdir()
        settings.paths.database.write_bytes(b"this is no database" * 500)
        monkeypatch.setenv("PATH", str(tmp_path))

        found = await check(settings)

    assert [problem.partition(":")[0] for problem in found] == [
        "profile default",
        "git",
        "BACKUP_DIR",
        "REPOS_ROOT",
        "RUNBOOK_CATALOG",
        "BIND_PORT",
        str(settings.paths.database),
    ]
    assert all(";" in problem for problem in found)


async def test_problems_of_the_profiles_are_those_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "profiles.yaml").write_text("profiles: {x: {dialect: codx}}")

    found = await check(settings_in(tmp_path, PROFILES_FILE=str(tmp_path / "profiles.yaml")))

    assert [problem.partition(";")[0] for problem in found] == [
        "profiles.yaml:1:1: profiles: 'default' is missing",
        "profiles.yaml:1:16: profiles.x.dialect: unknown word",
    ]


async def test_a_port_that_the_running_agent_holds_is_no_problem(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        settings = settings_in(tmp_path, BIND_PORT=str(taken.getsockname()[1]))
        with held(settings.paths.data):
            assert await check(settings) == ()


async def test_a_database_of_a_newer_version_is_a_problem(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    await fill(settings, "S1")
    assert await check(settings) == ()
    with closing(sqlite3.connect(settings.paths.database)) as connection:
        connection.execute("INSERT INTO schema_version VALUES (9999, 'later', 'then')")
        connection.commit()

    (problem,) = await check(settings)
    assert "schema version 9999" in problem


async def test_telegram_is_asked_about_the_token_only_online(tmp_path: Path) -> None:
    async with launched("--token", TOKEN) as url:
        good = settings_in(tmp_path, TELEGRAM_BASE_URL=f"{url}/bot")
        bad = settings_in(tmp_path, TELEGRAM_BASE_URL=f"{url}/bot", TELEGRAM_BOT_TOKEN="9" + TOKEN)

        assert await check(good, online=True) == ()
        assert await check(bad) == ()
        (problem,) = await check(bad, online=True)
    assert problem.startswith("TELEGRAM_BOT_TOKEN: Telegram does not accept it")
    assert TOKEN not in problem
