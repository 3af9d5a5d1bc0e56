"""Runs: listed, looked into, cancelled, and tried again when they failed."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

from agent.adapters.telegram.dispatch import projects, standing
from agent.adapters.telegram.dispatch.asking import Answer, Ask
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.finding import run_meant, run_to_end, runs_seen
from agent.adapters.telegram.dispatch.spool import kept
from agent.adapters.telegram.render import notes
from agent.adapters.telegram.render import runs as words
from agent.adapters.telegram.render.human import short
from agent.domain.error_codes import ErrorCode
from agent.domain.recovery import Remedy, options
from agent.domain.roles import Deed, Role, may
from agent.domain.run import Run, RunState
from agent.errors import Conflict, Forbidden, NotFound
from agent.services.journal import Writing

RAW: Final = "raw"
"""How to ask for a log as the CLI wrote it."""

_LISTED: Final = 40
_TAIL: Final = 64 * 1024
_MOST_TOLD: Final = 16 * 1024 * 1024
_CUT: Final = "[The beginning is left out; the raw log has it.]\n"
_RETRIES: Final = (Remedy.RETRY_SAME_AGENT, Remedy.RETRY_DEFAULT_AGENT)


async def runs(desk: Desk, ask: Ask) -> Answer:
    """The newest."""
    async with desk.journal.store.reading() as records:
        return Answer(words.listing(await runs_seen(records, ask, _LISTED), desk.journal.clock.now()))


async def cancel(desk: Desk, ask: Ask, writing: Writing) -> Answer:
    """End a run."""
    run = await run_to_end(writing.records, ask)
    ended = await desk.runs.cancel(writing, run.id, ask.user_id)
    if ended.state is RunState.RUNNING:
        return Answer(notes.note(f"⏹ Run {short(run.id)} is being stopped."), brief=True)
    return Answer(notes.note(f"⏹ Run {short(run.id)} was taken out of the queue."), brief=True)


async def tail(desk: Desk, ask: Ask) -> Answer:
    """The end of what it has printed so far."""
    run = await _run(desk, ask)
    output = await asyncio.to_thread(_end_of, desk.log_of(run.id), _TAIL)
    return Answer(words.tail(run, desk.readable(run.profile, output)), key=f"tail:{run.id}")


async def summary(desk: Desk, ask: Ask) -> Answer:
    """All that is known about it."""
    return Answer(words.summary(await _run(desk, ask)))


async def log(desk: Desk, ask: Ask) -> Answer:
    """What it said as a file, or with `raw` the CLI's own output; `/log raw` is that of the newest run."""
    if ask.words.get("run") == RAW:
        ask = replace(ask, words={"form": RAW})
    return await _log_of(desk, ask, await _run(desk, ask))


async def retry(desk: Desk, ask: Ask, writing: Writing) -> Answer | None:
    """Run it again, the same way if that is offered."""
    run = await run_meant(writing.records, ask, RunState.FAILED, RunState.CANCELLED)
    offered = [action.remedy for action in options(run.error or ErrorCode.UNKNOWN)]
    remedy = next((each for each in _RETRIES if each in offered), Remedy.RETRY_SAME_AGENT)
    return await _apply(desk, ask, writing, run, remedy)


async def remedy(desk: Desk, ask: Ask, writing: Writing) -> Answer | None:
    """Do what a button under a failed run offers."""
    if ask.words["remedy"] not in tuple(Remedy):
        raise Conflict("That button says nothing to me.")
    run = await run_meant(writing.records, ask)
    return await _apply(desk, ask, writing, run, Remedy(ask.words["remedy"]))


async def _apply(desk: Desk, ask: Ask, writing: Writing, run: Run, remedy: Remedy) -> Answer | None:
    if remedy is Remedy.OPEN_SETTINGS and not may(ask.role, Deed.ADMINISTER):
        raise Forbidden(f"The settings take the role {Role.ADMIN}; you are {ask.role}.")
    again = await desk.recovery.apply(writing, run.id, remedy, ask.user_id, ask.trace)
    if again is not None:
        return Answer(notes.note(f"🔁 It is tried again as run {short(again.id)}."), brief=True)
    match remedy:
        case Remedy.DOWNLOAD_ARTIFACT:
            return await _log_of(desk, ask, run)
        case Remedy.OPEN_SETTINGS:
            return await standing.settings(desk, ask)
        case _:
            return await projects.profiles(desk, ask)


async def _run(desk: Desk, ask: Ask) -> Run:
    async with desk.journal.store.reading() as records:
        return await run_meant(records, ask)


async def _log_of(desk: Desk, ask: Ask, run: Run) -> Answer:
    path = desk.log_of(run.id)
    if not await asyncio.to_thread(path.is_file):
        raise NotFound(f"Run {short(run.id)} has no log: it was not started, or the log's time is over.")
    if ask.words.get("form") == RAW:
        return Answer(notes.note(f"📄 What run {short(run.id)} has printed."), document=str(path))
    file = await asyncio.to_thread(_told, desk, ask, run, path)
    if not file:
        return Answer(notes.note(f"📄 What run {short(run.id)} has printed, as its CLI writes it."), document=str(path))
    return Answer(notes.note(f"📄 What run {short(run.id)} said and did. /log {short(run.id)} raw"), document=file)


def _told(desk: Desk, ask: Ask, run: Run, path: Path) -> str:
    """The file with the readable form, or empty when it cannot be made."""
    said = desk.readable(run.profile, _end_of(path, _MOST_TOLD))
    cut = _CUT if said and path.stat().st_size > _MOST_TOLD else ""
    return kept(desk.spool, ask.key, f"{run.id}.txt", cut + said)


def _end_of(path: Path, most: int) -> str:
    try:
        with path.open("rb") as log:
            log.seek(0, 2)
            start = max(log.tell() - most, 0)
            log.seek(start)
            text = log.read(most).decode("utf-8", "replace")
    except OSError:
        return ""
    return text.partition("\n")[2] if start and "\n" in text else text
