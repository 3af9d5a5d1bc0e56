"""Files: from the chat into the worktree, and from the worktree into the chat."""

import asyncio
import shutil
import time
from pathlib import Path
from typing import Final

from agent.adapters.telegram.asides import LARGEST_DOWNLOAD
from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.finding import session_addressed, session_meant
from agent.adapters.telegram.dispatch.saying import say
from agent.adapters.telegram.dispatch.sessions import accept, open_only
from agent.adapters.telegram.dispatch.worktree_files import put, safe_name, take
from agent.adapters.telegram.reading import Document
from agent.adapters.telegram.render import notes, places
from agent.domain.session import Session
from agent.errors import Conflict, NotFound
from agent.services.journal import Writing

KEPT_SECONDS: Final = 7 * 86_400.0
"""How long a file on its way out is kept: as long as a message may wait for Telegram, as the outbox is pruned."""

_NOWHERE: Final = "There is no open session here that the file could be put into; /new PROJECT opens one."


async def give(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """Send a file of the worktree, as it is now: a copy leaves, whatever becomes of the original."""
    async with desk.journal.store.reading() as records:
        session = await session_meant(records, ask)
    path = ask.words["path"]
    copy = desk.spool / safe_name(ask.key) / safe_name(path)
    size = await asyncio.to_thread(take, Path(session.workspace), path, copy)
    async with desk.journal.writing() as writing:
        await writing.audit(ask.user_id, "file.sent", session.id, path[:500])
        await conclude(writing, Answer(notes.file(path, size), document=str(copy)))


async def receive(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """Put a file into the session's worktree, and run what is written under it."""
    document, caption = ask.document, ask.words.get("prompt", "")
    session = await _place_for(desk, ask)
    if document is None or not session.is_open:
        raise NotFound(_NOWHERE)
    path, size = await _received(desk, ask, session, document)
    async with desk.journal.writing() as writing:
        await writing.audit(ask.user_id, "file.received", session.id, path)
        if caption:
            await accept(desk, ask, writing, session, f"{caption}\n\nThe file that came along is {path}.")
        await conclude(writing, Answer(notes.saved(session, path, size)))


async def _place_for(desk: Desk, ask: Ask) -> Session:
    """The session that is addressed, else a new one in the only project; a repetition finds that one again."""
    async with desk.journal.store.reading() as records:
        session = await session_addressed(records, ask)
        projects = await records.projects.all()
    if session is not None:
        return session
    if len(projects) != 1:
        raise NotFound(_NOWHERE)
    return await open_only(desk, ask, projects[0], lambda writing, fresh: _told(desk, ask, writing, fresh))


async def _told(desk: Desk, ask: Ask, writing: Writing, fresh: Session) -> None:
    await say(desk, ask, writing, Answer(places.opened(fresh)))


def tidy(spool: Path, kept_seconds: float = KEPT_SECONDS) -> int:
    """Delete files that went out long ago; answers how many folders. Blocks."""
    if not spool.is_dir():
        return 0
    old = [each for each in spool.iterdir() if time.time() - each.stat().st_mtime > kept_seconds]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


async def _received(desk: Desk, ask: Ask, session: Session, document: Document) -> tuple[str, int]:
    if document.size > LARGEST_DOWNLOAD:
        raise Conflict("The file is larger than the 20 MB that Telegram lets a bot fetch.")
    fetched = desk.spool / safe_name(ask.key) / "incoming"
    await asyncio.to_thread(fetched.parent.mkdir, parents=True, exist_ok=True)
    try:
        refusal = await desk.asides.fetch(document.file_id, fetched)
        if refusal:
            raise Conflict(f"The file could not be fetched: {refusal}. Send it again.")
        size = await asyncio.to_thread(_size, fetched)
        return await asyncio.to_thread(put, Path(session.workspace), document.name, fetched), size
    finally:
        await asyncio.to_thread(shutil.rmtree, fetched.parent, ignore_errors=True)


def _size(fetched: Path) -> int:
    size = fetched.stat().st_size
    if size > LARGEST_DOWNLOAD:  # the announced size may be missing
        raise Conflict("The file is larger than the 20 MB that Telegram lets a bot fetch.")
    return size
