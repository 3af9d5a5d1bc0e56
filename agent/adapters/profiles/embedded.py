"""The profiles that exist without a file: the CLIs as they are usually installed, and the scripted stand-ins."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from agent.domain.profile import DEFAULT, Dialect, Profile
from agent.settings.model import Limits

_START: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from agent.standin.cli import main; sys.exit(main(sys.argv[1:]))"
)
"""Isolated from the folder it works in: a worktree with an `agent` package of its own must not become the stand-in."""

_ROOT: Final = Path(__file__).resolve().parents[3]
_PROXIES: Final = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE")
_CODEX: Final = ("CODEX_HOME", "CODEX_API_KEY", "OPENAI_API_KEY", *_PROXIES)
_CLAUDE: Final = ("CLAUDE_CONFIG_DIR", "CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_API_KEY", *_PROXIES)
_STANDIN: Final = ("CODEX_HOME", "CLAUDE_CONFIG_DIR", "XDG_STATE_HOME", "STANDIN_PACE")


def installed(program: str) -> bool:
    """Whether the program is on the agent's PATH."""
    return shutil.which(program, path=os.environ.get("PATH", os.defpath)) is not None


def embedded_profiles(limits: Limits, is_installed: Callable[[str], bool] = installed) -> Mapping[str, Profile]:
    """`codex`, `claude` (whose tools ask) and `standin`; `default` is the first of them that is installed."""
    codex = Profile(name="codex", dialect=Dialect.CODEX, program="codex", environment=_CODEX)
    claude = Profile(name="claude", dialect=Dialect.CLAUDE, program="claude", environment=_CLAUDE, tools_ask=True)
    standin = _standin("standin", Dialect.CODEX)
    chosen = next((each for each in (codex, claude) if is_installed(each.program)), standin)
    return _named(limits, replace(chosen, name=DEFAULT), codex, claude, standin)


def sandbox_profiles(limits: Limits) -> Mapping[str, Profile]:
    """The stand-ins only: codex as `default`, and `claude`, whose tools ask."""
    return _named(limits, _standin(DEFAULT, Dialect.CODEX), _standin("claude", Dialect.CLAUDE, tools_ask=True))


def stands_in(profile: Profile) -> bool:
    """Whether it is a script that does no work."""
    return _START in profile.launcher


def _standin(name: str, dialect: Dialect, *, tools_ask: bool = False) -> Profile:
    return Profile(
        name=name,
        dialect=dialect,
        program=sys.executable,
        launcher=("-I", "-S", "-c", _START, str(_ROOT), dialect.value),
        environment=_STANDIN,
        tools_ask=tools_ask,
    )


def _named(limits: Limits, *profiles: Profile) -> Mapping[str, Profile]:
    patient = [
        replace(each, idle_seconds=limits.run_idle_seconds, timeout_seconds=limits.run_timeout_seconds)
        for each in profiles
    ]
    return {each.name: each for each in patient}
