"""The command line of `codex exec` and `codex exec resume`."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agent.standin.codex.events import Codex
from agent.standin.ending import Ended, Usage
from agent.standin.options import Grammar, Line, understand
from agent.standin.player import play
from agent.standin.script import steps_of
from agent.standin.sessions import Session, Sessions, home, new_identifier
from agent.standin.stream import Stream, complain, tell

_BAD_USAGE: Final = 2
_STDOUT_CLOSED: Final = 101
_FREE: Final = "--dangerously-bypass-approvals-and-sandbox"
_ALIASES: Final = {
    "-c": "--config",
    "-m": "--model",
    "-s": "--sandbox",
    "-C": "--cd",
    "-p": "--profile",
    "-i": "--image",
    "-o": "--output-last-message",
    "--experimental-json": "--json",
    "--yolo": _FREE,
}
_COMMON_FLAGS: Final = frozenset({"--json", "--skip-git-repo-check", "--ephemeral", _FREE})
_COMMON_VALUED: Final = frozenset({"--config", "--model", "--image", "--output-last-message", "--enable", "--disable"})
_EXEC: Final = Grammar(
    _COMMON_FLAGS | {"--ignore-user-config", "--ignore-rules", "--oss", "--version"},
    _COMMON_VALUED | {"--sandbox", "--cd", "--add-dir", "--profile", "--output-schema", "--color", "--local-provider"},
    _ALIASES,
    _BAD_USAGE,
)
_RESUME: Final = Grammar(_COMMON_FLAGS | {"--last", "--all"}, _COMMON_VALUED, _ALIASES, _BAD_USAGE)
_SANDBOXES: Final = ("read-only", "workspace-write", "danger-full-access")


def codex(arguments: Sequence[str]) -> int:
    """Run it; the exit code."""
    if "--version" in arguments[:1]:
        tell("codex-cli 0.159.0-standin")
        return 0
    if not arguments or arguments[0] not in ("exec", "e"):
        raise Usage("error: only `codex exec` is scripted", _BAD_USAGE)
    if "--full-auto" in arguments:
        raise Usage("error: `--full-auto` was removed; use `--sandbox workspace-write`", _BAD_USAGE)
    line, after = understand(arguments[1:], _EXEC, stop_at="resume")
    if after is not None:
        return _resume(line, after)
    return _exec(line, Session(new_identifier()), line.free)


def _resume(line: Line, arguments: Sequence[str]) -> int:
    more, _ = understand(arguments, _RESUME)
    for name, values in more.values.items():
        line.values[name] = values
    sessions, words = _sessions(), list(more.free)
    wanted = "" if more.has("--last") or not words else words.pop(0)
    session = sessions.find(wanted) if wanted else sessions.last()
    if session is None:
        complain(f"Error: thread/resume failed: no rollout found for thread id {wanted}")
        raise Ended(1)
    return _exec(line, session, words)


def _exec(line: Line, session: Session, words: Sequence[str]) -> int:
    if len(words) > 1:
        raise Usage(f"error: unexpected argument '{words[1]}' found", _BAD_USAGE)
    _enter(line)
    prompt = _prompt(words)
    stream = Stream(_STDOUT_CLOSED, quiet=not line.has("--json"))
    cli = Codex(stream, session, _sessions(), may_write=_may_write(line))
    cli.begin(prompt)
    try:
        return play(steps_of(prompt), cli)
    finally:
        _leave_last_message(line, cli.progress.said)


def _enter(line: Line) -> None:
    if line.has("--cd"):
        try:
            os.chdir(line.value("--cd"))
        except OSError as error:
            complain(f"Error: {error}")
            raise Ended(1) from None
    trusted = line.has("--skip-git-repo-check") or line.has(_FREE)
    if not trusted and not any((folder / ".git").exists() for folder in (Path.cwd(), *Path.cwd().parents)):
        complain("Not inside a trusted directory and --skip-git-repo-check was not specified.")
        raise Ended(1)


def _prompt(words: Sequence[str]) -> str:
    if words and words[0] != "-":
        return words[0]
    complain("Reading prompt from stdin...")
    prompt = sys.stdin.read()
    if not prompt.strip():
        complain("No prompt provided via stdin.")
        raise Ended(1)
    return prompt


def _may_write(line: Line) -> bool:
    chosen = "danger-full-access" if line.has(_FREE) else line.value("--sandbox", _SANDBOXES[0])
    if chosen not in _SANDBOXES:
        raise Usage(f"error: invalid value '{chosen}' for '--sandbox <SANDBOX_MODE>'", _BAD_USAGE)
    return chosen != _SANDBOXES[0]


def _leave_last_message(line: Line, text: str) -> None:
    if line.has("--output-last-message") and text:
        Path(line.value("--output-last-message")).write_text(text, encoding="utf-8")


def _sessions() -> Sessions:
    return Sessions(home("CODEX_HOME"))
