"""The profiles of the stage: the stand-in CLIs, each leaving a line behind whenever it is started."""

import json
import sys
from pathlib import Path
from typing import Any, Final

_START: Final = (
    "import os, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "os.write(os.open(sys.argv.pop(1), os.O_WRONLY | os.O_APPEND | os.O_CREAT), "
    "(os.environ['TOCSIN_RUN_ID'] + '\\n').encode()); "
    "from agent.standin.cli import main; sys.exit(main(sys.argv[1:]))"
)
"""The line goes to a file outside of every worktree, before anything else: an execution cannot hide."""

_LEAKY: Final = 'echo "using $STAGE_SECRET"; echo "refused: $STAGE_SECRET" >&2; exit 3'

_ROOT: Final = Path(__file__).parents[3]


def profiles_in(folder: Path) -> Path:
    """Write the file and answer where it is."""
    path = folder / "profiles.yaml"
    path.write_text(json.dumps({"profiles": _profiles(folder / "executions")}), encoding="utf-8")  # JSON is YAML
    return path


def _profiles(ledger: Path) -> dict[str, Any]:
    codex = _standin("codex", ledger)
    claude = _standin("claude", ledger)
    return {
        "default": codex,
        "claude": {**claude, "tools_ask": True},
        "gated": {**codex, "gate": "push"},
        "leaky": {"dialect": "command", "program": ["sh", "-c", _LEAKY], "environment": ["STAGE_SECRET"]},
        "missing": {"dialect": "codex", "program": "no-such-cli"},
    }


def _standin(dialect: str, ledger: Path) -> dict[str, Any]:
    return {
        "dialect": dialect,
        "program": [sys.executable, "-I", "-S", "-c", _START, str(_ROOT), str(ledger), dialect],
        "environment": ["STANDIN_PACE", "STAGE_SECRET"],
    }
