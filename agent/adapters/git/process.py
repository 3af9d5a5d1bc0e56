"""Runs git once: bounded in time, without a shell, without the hooks and helpers that a repository may bring along."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.errors import WorktreeError

REFUSED: Final = 1
"""The exit code of our own refusals, which say nothing about git's health."""

NOT_INSTALLED: Final = 127
_SAFE: Final = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
_LONGEST_COMPLAINT: Final = 300
_PIECE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What git said; `is_cut` when it had more to say than was wanted, and was ended."""

    exit_code: int
    output: str
    complaint: str
    is_cut: bool = False


class Git:
    """One git, with its patience."""

    def __init__(
        self, timeout_seconds: float, program: str = "git", surroundings: Mapping[str, str] | None = None
    ) -> None:
        """`surroundings` are variables that git finds in its environment."""
        self._seconds = timeout_seconds
        self._program = program
        self._surroundings = dict(surroundings or {})

    def surrounded(self, **variables: str) -> "Git":
        """The same git with other variables."""
        return Git(self._seconds, self._program, variables)

    async def ask(self, folder: Path, *arguments: str, most: int | None = None) -> Answer:
        """Run it and answer whatever it says, or the first `most` bytes of it.

        Raises `WorktreeError` without an exit code when it takes too long.
        """
        process = await self._start(folder, arguments)
        assert process.stdout is not None  # noqa: S101 - both are pipes
        assert process.stderr is not None  # noqa: S101
        try:
            async with asyncio.timeout(self._seconds):
                output, complaint = await asyncio.gather(_up_to(process, process.stdout, most), process.stderr.read())
                await process.wait()
        except TimeoutError:
            raise WorktreeError(f"Git did not answer within {self._seconds:g} s.") from None
        finally:
            await _end(process)
        is_cut = most is not None and len(output) > most
        return Answer(process.returncode or 0, _text(output[:most]), _text(complaint).strip(), is_cut)

    async def tell(self, folder: Path, *arguments: str) -> str:
        """Run it and answer its output. Raises `WorktreeError` with git's words when it fails."""
        answer = await self.ask(folder, *arguments)
        if answer.exit_code != 0:
            raise WorktreeError(_sentence(answer), exit_code=answer.exit_code)
        return answer.output

    async def _start(self, folder: Path, arguments: tuple[str, ...]) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                self._program,
                *_SAFE,
                *arguments,
                cwd=folder,
                env=_environment() | self._surroundings,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
            raise _unstartable(folder, self._program) from error


async def _up_to(process: asyncio.subprocess.Process, stream: asyncio.StreamReader, most: int | None) -> bytes:
    """All of a stream, or a little more than `most` of it; then nobody needs the rest."""
    found = bytearray()
    while (most is None or len(found) <= most) and (piece := await stream.read(_PIECE)):
        found += piece
    if most is not None and len(found) > most:
        _kill(process)
    return bytes(found)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        _kill(process)
        await process.wait()


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _unstartable(folder: Path, program: str) -> WorktreeError:
    if folder.is_dir():
        return WorktreeError(f"{program} is not installed or cannot be started.", exit_code=NOT_INSTALLED)
    return WorktreeError(f"{folder} is no folder that can be entered.", exit_code=REFUSED)


def _environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return inherited | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


def _sentence(answer: Answer) -> str:
    lines = [line for line in answer.complaint.splitlines() if line.startswith(("fatal:", "error:"))]
    said = (lines or answer.complaint.splitlines() or [f"exit code {answer.exit_code}"])[0]
    return f"Git refused: {said.removeprefix('fatal: ').removeprefix('error: ')[:_LONGEST_COMPLAINT]}"


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
