"""Starts CLIs, each in a session of its own with nothing on its input, and ends what an earlier life has left."""

import asyncio
import logging
import os
import shutil
from collections.abc import Callable, Mapping
from typing import Final

from agent.adapters.runner.claude import NO_HOOKS, ClaudeSpeech, Hooks
from agent.adapters.runner.codex import CodexSpeech
from agent.adapters.runner.command import CommandSpeech
from agent.adapters.runner.dialect import Speech
from agent.adapters.runner.execution import Handling, Patience, ProcessExecution
from agent.adapters.runner.joblog import JobLog
from agent.adapters.runner.processes import RUN_VARIABLE, boot_id, end_run, mark_of
from agent.domain.profile import Dialect, Profile
from agent.domain.trace import parse
from agent.errors import LaunchError
from agent.logs.correlation import bind
from agent.ports import Order, ProcessMark

LINE_LIMIT: Final = 64 * 1024 * 1024
LEAVING_SECONDS: Final = 10.0
"""How long a CLI may stay after it has said that it is done; some hang there for ever."""

_INHERITED: Final = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSH_AUTH_SOCK")
_log = logging.getLogger(__name__)


class CliRunner:
    """Keeps `ports.Runner`."""

    def __init__(
        self,
        environment: Mapping[str, str],
        redact: Callable[[str], str],
        *,
        kill_grace_seconds: float,
        leaving_seconds: float = LEAVING_SECONDS,
        hooks: Hooks = NO_HOOKS,
    ) -> None:
        self._environment = environment
        self._redact = redact
        self._grace = kill_grace_seconds
        self._leaving = leaving_seconds
        self._speeches: Mapping[Dialect, Speech] = {
            Dialect.CODEX: CodexSpeech(),
            Dialect.CLAUDE: ClaudeSpeech(hooks),
            Dialect.COMMAND: CommandSpeech(),
        }

    async def start(self, order: Order) -> ProcessExecution:
        """See `ports.Runner`."""
        speech = self._speeches[order.profile.dialect]
        process = await self._spawn(order, speech.command(order))
        mark = mark_of(process.pid) or ProcessMark(process.pid, 0, boot_id())
        _note(order, process.pid)
        profile = order.profile
        patience = Patience(profile.idle_seconds, profile.timeout_seconds, self._leaving, self._grace)
        handling = Handling(speech.reading(order), JobLog(order.log, self._redact), patience, self._redact)
        return ProcessExecution(order, process, mark, handling)

    async def reap(self, run_id: str, mark: ProcessMark | None) -> bool:
        """See `ports.Runner`."""
        return await end_run(run_id, mark, self._grace)

    def missing(self, profile: Profile) -> str:
        """See `ports.Runner`."""
        if shutil.which(profile.program, path=self._environment.get("PATH", os.defpath)):
            return ""
        return f"{profile.program} is not installed, or not on the agent's PATH."

    async def _spawn(self, order: Order, command: tuple[str, ...]) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=order.workspace,
                env=self._environment_for(order),
                limit=LINE_LIMIT,
                start_new_session=True,
            )
        except FileNotFoundError as error:
            missing = self.missing(order.profile)
            raise LaunchError(missing or f"{order.workspace} does not exist.", missing=bool(missing)) from error
        except (OSError, ValueError) as error:  # not executable, prompt too long or with a zero byte
            reason = getattr(error, "strerror", None) or str(error)
            raise LaunchError(f"{order.profile.program} could not be started: {reason}.") from error

    def _environment_for(self, order: Order) -> dict[str, str]:
        wanted = (*_INHERITED, *order.profile.environment)
        inherited = {name: self._environment[name] for name in wanted if name in self._environment}
        trace = {"TRACEPARENT": order.traceparent, "TRACESTATE": order.tracestate}
        return {**inherited, **{name: value for name, value in trace.items() if value}, RUN_VARIABLE: order.run_id}


def _note(order: Order, pid: int) -> None:
    """The line that leads from a trace to the process that works for it."""
    trace = parse(order.traceparent)
    with bind(trace_id=trace.trace_id if trace else "", span_id=trace.span_id if trace else ""):
        facts = {"job_id": order.run_id, "run_id": order.run_id, "profile": order.profile.name, "pid": pid}
        _log.info("run.child_started", extra=facts)
