"""The embedded default: a place that needs no token, no CLI and no settings, and is gone when it is left."""

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.sandbox.bot import DEFAULT_TOKEN
from agent.sandbox.launch import launched
from agent.sandbox.places import Place
from agent.settings.load import load
from agent.settings.model import Settings

PERSON: Final = 1001
"""Who chats in the sandbox, and is its only admin. A private chat has the number of its person."""

PROJECT: Final = "demo"
WHEREABOUTS: Final = "sandbox.json"
_CATALOG: Final = Path(__file__).resolve().parents[2] / "monitoring" / "runbooks" / "catalog.json"
"""Beside the source; an installed agent is told where its catalogue is."""

_AUTHOR: Final = ("-c", "user.name=Tocsin", "-c", "user.email=tocsin@localhost", "-c", "commit.gpgsign=false")


@dataclass(frozen=True, slots=True)
class Sandboxed:
    """A sandbox that runs.

    Attributes:
        url: the base URL of the Bot API double; `<url>/sim/` is where people write and tap.
        control: the same for people of other machines, or `url` again where nobody asked for it.
    """

    url: str
    settings: Settings
    control: str

    def note(self, api_url: str) -> Path:
        """Write down who is where, for programs that join in; answers the file."""
        file = self.settings.paths.data / WHEREABOUTS
        found = {"sandbox_url": self.url, "api_url": api_url, "chat_id": PERSON, "user_id": PERSON, "pid": os.getpid()}
        whole = file.with_name(f"{file.name}.part")
        whole.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        whole.replace(file)
        return file


@asynccontextmanager
async def sandboxed(environment: Mapping[str, str], control: Place | None = None) -> AsyncIterator[Sandboxed]:
    """A running sandbox, and settings that lead to it; what the environment says otherwise is respected.

    At `control` the chat can be read and written as well. Raises `SettingsError` for what is wrong in the environment.
    """
    said = {name: value for name, value in environment.items() if value.strip()}  # empty is unset, here as everywhere
    aside = ("--control", str(control)) if control else ()
    with tempfile.TemporaryDirectory(prefix="tocsin-sandbox-") as folder:
        async with launched("--chat", str(PERSON), "--token", DEFAULT_TOKEN, *aside) as url:
            settings = load(_defaults(Path(folder)) | said | _fixed(url), sandbox=True)
            _make_project(settings.paths.repos)
            settings.paths.data.mkdir(parents=True, exist_ok=True)
            yield Sandboxed(url, settings, control.url if control else url)


def _defaults(folder: Path) -> dict[str, str]:
    return {
        "DATA_DIR": str(folder / "orchestrator"),
        "REPOS_ROOT": str(folder / "repos"),
        "WORKSPACES_ROOT": str(folder / "workspaces"),
        "TELEGRAM_USERS": f"{PERSON}:admin",
        "TELEGRAM_ADMIN_CHAT_ID": str(PERSON),
        "BIND_PORT": str(_free_port()),
        **({"RUNBOOK_CATALOG": str(_CATALOG)} if _CATALOG.is_file() else {}),
        "RUN_KILL_GRACE_SEC": "2",
        "LOG_LEVEL": "warning",
    }


def _free_port() -> int:
    """One that nobody uses at this moment; steps that call the agent itself have to know it before it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fixed(url: str) -> dict[str, str]:
    """A real token in the environment must not reach a simulation."""
    return {"TELEGRAM_BOT_TOKEN": DEFAULT_TOKEN, "TELEGRAM_BASE_URL": f"{url}/bot"}


def _make_project(repos: Path) -> None:
    """A repository with one commit, unless the folder has repositories of its own."""
    if repos.is_dir() and any(repos.iterdir()):
        return
    project = repos / PROJECT
    project.mkdir(parents=True)
    (project / "README.md").write_text("# Demo\n\nA place to try things.\n", encoding="utf-8")
    for arguments in (("init", "--quiet", "--initial-branch=main"), ("add", "."), ("commit", "--quiet", "-m", "Begin")):
        command = ["git", *_AUTHOR, *arguments]
        subprocess.run(command, cwd=project, check=True, stdin=subprocess.DEVNULL)  # noqa: S603 - constants
