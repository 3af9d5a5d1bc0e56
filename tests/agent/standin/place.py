"""A git repository in which the stand-in runs, and what came out of a run."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[3]
SECONDS: Final = 30
CODEX: Final = ("codex", "exec", "--json", "-s", "workspace-write", "--")
CLAUDE: Final = ("claude", "-p", "--output-format", "stream-json", "--verbose", "--permission-mode", "acceptEdits")


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    code: int
    output: str
    errors: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """All lines that are JSON."""
        return [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]

    @property
    def kinds(self) -> list[str]:
        """The types of the events, in order."""
        return [event["type"] for event in self.events]

    def items(self, kind: str) -> list[dict[str, Any]]:
        """The completed items of one type, of a Codex run."""
        return [e["item"] for e in self.events if e["type"] == "item.completed" and e["item"]["type"] == kind]

    def blocks(self, kind: str) -> list[dict[str, Any]]:
        """The content blocks of one type, of a Claude run."""
        messages = [event["message"] for event in self.events if "message" in event]
        return [block for message in messages for block in message["content"] if block["type"] == kind]


@dataclass(frozen=True)
class Place:
    """A folder, and the home in which sessions are kept."""

    folder: Path
    home: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What the stand-in gets to see: fast, and with sessions of its own."""
        homes = {"CODEX_HOME": str(self.home / "codex"), "CLAUDE_CONFIG_DIR": str(self.home / "claude")}
        return dict(os.environ) | homes | {"STANDIN_PACE": "0", "PYTHONPATH": str(ROOT)} | dict(self.variables)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """A run that goes on; in a process group of its own."""
        process = subprocess.Popen(
            [sys.executable, "-m", "agent.standin", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def leave(self) -> None:
        """End what still runs, by its own id."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait(timeout=SECONDS)
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()

    def run(self, *arguments: str) -> Outcome:
        """A run from start to end."""
        with self.start(*arguments) as process:
            output, errors = process.communicate(timeout=SECONDS)
        return Outcome(process.returncode, output, errors)

    def codex(self, prompt: str) -> Outcome:
        """A Codex run that may write."""
        return self.run(*CODEX, prompt)

    def claude(self, prompt: str, *options: str) -> Outcome:
        """A Claude run that may edit."""
        return self.run(*CLAUDE, *options, "--", prompt)
