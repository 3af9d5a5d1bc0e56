"""The command line of `claude -p`."""

import re
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from agent.standin.claude.events import Claude
from agent.standin.claude.gate import Gate
from agent.standin.claude.settings import hooks_of
from agent.standin.ending import Ended, Usage
from agent.standin.options import Grammar, Line, understand
from agent.standin.player import play
from agent.standin.script import Step, script_of, step_of, steps_of
from agent.standin.sessions import Session, Sessions, home, new_identifier
from agent.standin.stream import Stream, complain, tell

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SKIP: Final = "--dangerously-skip-permissions"
_MODES: Final = ("default", "acceptEdits", "plan", "bypassPermissions", "dontAsk", "auto")
_FORMATS: Final = ("text", "json", "stream-json")
_CLAUDE: Final = Grammar(
    frozenset(
        {"--print", "--verbose", "--continue", "--strict-mcp-config", "--include-partial-messages", _SKIP, "--bare"}
    ),
    frozenset(
        {
            "--output-format",
            "--input-format",
            "--resume",
            "--session-id",
            "--allowedTools",
            "--disallowedTools",
            "--permission-mode",
            "--permission-prompt-tool",
            "--max-turns",
            "--max-budget-usd",
            "--settings",
            "--setting-sources",
            "--mcp-config",
            "--model",
            "--fallback-model",
            "--add-dir",
            "--append-system-prompt",
            "--system-prompt",
            "--agents",
            "--effort",
        }
    ),
    {
        "-p": "--print",
        "-c": "--continue",
        "-r": "--resume",
        "--allowed-tools": "--allowedTools",
        "--disallowed-tools": "--disallowedTools",
    },
    1,
)


def claude(arguments: Sequence[str]) -> int:
    """Run it; the exit code."""
    if list(arguments[:1]) in (["--version"], ["-v"]):
        tell("2.1.240 (Claude Code stand-in)")
        return 0
    line, _ = understand(arguments, _CLAUDE)
    _check(line)
    sessions = Sessions(home("CLAUDE_CONFIG_DIR"))
    prompt = " ".join(line.free)
    stream = Stream(1, quiet=line.value("--output-format", "text") != "stream-json")
    cli = Claude(stream, _session(line, sessions, stream), sessions, _gate(line))
    cli.form = line.value("--output-format", "text")
    return _run(cli, prompt or _standard_input(cli))


def _run(cli: Claude, prompt: str) -> int:
    waiting = bool(cli.session.deferred)
    cli.begin(prompt)
    if waiting:
        cli.session.rest += map(str, script_of(prompt))
        if cli.take_up_deferred() or not prompt:
            return play(_rest(cli.session), cli)
        cli.session.rest = []  # what was to follow the call is not to be, and something else was asked for
    return play(steps_of(prompt), cli)


def _rest(session: Session) -> tuple[Step, ...]:
    rest, session.rest = session.rest, []
    return tuple(step for step in map(step_of, rest) if step)


def _check(line: Line) -> None:
    if not line.has("--print"):
        raise Usage("error: only `claude -p` is scripted", 1)
    chosen = line.value("--output-format", "text")
    if chosen not in _FORMATS:
        raise Usage(f"error: option '--output-format <format>' argument '{chosen}' is invalid.", 1)
    if chosen == "stream-json" and not line.has("--verbose"):
        raise Usage("Error: When using --print, --output-format=stream-json requires --verbose", 1)
    if line.value("--permission-mode", "default") not in _MODES:
        raise Usage("error: option '--permission-mode <mode>' argument is invalid.", 1)


def _session(line: Line, sessions: Sessions, stream: Stream) -> Session:
    if line.has("--resume") or line.has("--continue"):
        wanted = line.value("--resume")
        found = sessions.find(wanted) if wanted else sessions.last()
        if found is None:
            _refuse_resume(wanted, stream)
        return found
    pinned = line.value("--session-id")
    if pinned and not _UUID.fullmatch(pinned):
        raise Usage("Error: Invalid session ID. Must be a valid UUID.", 1)
    if pinned and sessions.find(pinned):
        raise Usage(f"Error: Session ID {pinned} is already in use.", 1)
    return Session(pinned or new_identifier())


def _refuse_resume(wanted: str, stream: Stream) -> NoReturn:
    message = f"No conversation found with session ID: {wanted}"
    complain(message)
    body = {"type": "result", "subtype": "error_during_execution", "is_error": True, "num_turns": 0}
    stream.event(body | {"session_id": wanted, "errors": [message], "duration_ms": 0, "total_cost_usd": 0})
    raise Ended(1)


def _gate(line: Line) -> Gate:
    mode = "bypassPermissions" if line.has(_SKIP) else line.value("--permission-mode", "default")
    allowed = _tools(line, "--allowedTools")
    hooks = () if line.has("--bare") else hooks_of(line.value("--settings"))
    return Gate(mode, allowed, _tools(line, "--disallowedTools"), hooks)


def _tools(line: Line, name: str) -> tuple[str, ...]:
    return tuple(tool for value in line.values.get(name, ()) for tool in re.split(r"[ ,]+(?![^(]*\))", value) if tool)


def _standard_input(cli: Claude) -> str:
    if cli.session.deferred:
        return ""
    prompt = sys.stdin.read().strip()
    if not prompt:
        reason = "Input must be provided either through stdin or as a prompt argument when using --print"
        raise Usage(f"Error: {reason}", 1)
    return prompt
