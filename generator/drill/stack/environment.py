"""What the programs of a stack find in their environment: never a setting that the shell holds for something else.

A rehearsal fails things on purpose. An agent that took ALERT_WEBHOOK_URL from the shell would tell real people of it,
and one that took LOG_DIR would write among real logs. So only names pass that say where things are on this machine.
With a real Telegram the agent is somebody's own and gets their settings, except those that the stack decides.
"""

import os
from collections.abc import Mapping
from pathlib import Path

_SOURCE = Path(__file__).resolve().parents[3]
_PASSED = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE"),
        *("VIRTUAL_ENV", "LD_LIBRARY_PATH"),
        *("CODEX_HOME", "CLAUDE_CONFIG_DIR", "XDG_STATE_HOME", "STANDIN_PACE"),
    }
)
"""Of the last four, coding CLIs and their stand-ins read where their sessions are, and how fast a script plays."""

_PASSED_BEGINNINGS = ("LC_", "PYTHON")
_THE_STACKS_OWN = ("BIND_", "DATA_DIR", "REPOS_ROOT", "WORKSPACES_ROOT", "BACKUP_DIR", "LOG_DIR", "RUNBOOK_CATALOG")
_THE_STACKS_SERVERS = ("ALERTMANAGER_", "PROMETHEUS_")
"""With their users, passwords and tokens: those are for other servers than the ones on this machine."""

_TOKEN = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - the name of the variable


def plain(shell: Mapping[str, str] = os.environ) -> dict[str, str]:
    """For everything that is simulated, and for programs that need no setting: a fixed list of names."""
    passed = {name: value for name, value in shell.items() if name in _PASSED or name.startswith(_PASSED_BEGINNINGS)}
    return passed | _with_source(shell)


def personal(shell: Mapping[str, str] = os.environ) -> dict[str, str]:
    """For an agent with a real Telegram: the shell's, without what the stack decides itself."""
    decided = _THE_STACKS_OWN + _THE_STACKS_SERVERS
    return {name: value for name, value in shell.items() if not name.startswith(decided)} | _with_source(shell)


def names_a_bot(shell: Mapping[str, str] = os.environ) -> bool:
    """Whether there is a token of a real bot, itself or in a file; an empty variable counts as unset."""
    return any(shell.get(name, "").strip() for name in (_TOKEN, f"{_TOKEN}_FILE"))


def _with_source(shell: Mapping[str, str]) -> dict[str, str]:
    """The packages beside this file on the path of Python, whose output comes when it is said."""
    path = os.pathsep.join(filter(None, [str(_SOURCE), shell.get("PYTHONPATH", "")]))
    return {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
