"""Sessions: opened, chosen, closed, and the prompts that are run in them."""

import asyncio
from typing import Final

from agent.adapters.telegram.dispatch import projects as listing
from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.finding import run_meant, session_addressed, session_meant, sessions_here
from agent.adapters.telegram.dispatch.origins import remember_run, remember_session, session_of
from agent.adapters.telegram.dispatch.spool import kept
from agent.adapters.telegram.render import notes, places
from agent.domain.profile import DEFAULT
from agent.domain.session import Project, Session
from agent.errors import Conflict, NotFound
from agent.services.journal import Writing
from agent.services.runs import Wish
from agent.services.sessions import Concluding, choose

LONGEST_PROMPT: Final = 32 * 1024
"""In bytes; Telegram's own messages are far shorter."""


async def new(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """Open a session; where no project is named and there is a choice, offer it."""
    project = ask.words.get("project") or await _only_project(desk)
    settled = await _without_git(desk, ask, project)
    if settled is not None:
        async with desk.journal.writing() as writing:
            await conclude(writing, settled)
        return
    profile = ask.words.get("profile", DEFAULT)
    _require_profile(desk, profile)

    async def opened(writing: Writing, session: Session) -> None:
        await remember_session(writing, ask, session)
        await conclude(writing, Answer(places.opened(session), in_place=True))

    await desk.sessions.open(
        project,
        chat_id=ask.chat_id,
        thread_id=ask.thread_id,
        owner_id=ask.user_id,
        profile=profile,
        key=ask.key,
        concluding=opened,
    )


async def _without_git(desk: Desk, ask: Ask, project: str) -> Answer | None:
    """The choice, where there is one to make, or what came of the button when it was tapped before; else None."""
    if not project:
        return await listing.projects(desk, ask)
    async with desk.journal.store.reading() as records:
        session = await session_of(records, ask, project)
    return None if session is None else Answer(places.opened(session), in_place=True)


async def _only_project(desk: Desk) -> str:
    async with desk.journal.store.reading() as records:
        registered = await records.projects.all()
    return registered[0].id if len(registered) == 1 else ""


async def prompt(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """Run a prompt where it belongs; where there is no choice, a session is opened by itself."""
    text = ask.words["prompt"]
    if len(text.encode("utf-8", "replace")) > LONGEST_PROMPT:
        kilobytes = LONGEST_PROMPT // 1024
        raise Conflict(f"A prompt may have at most {kilobytes} kB; send a file and say what to do with it.")
    async with desk.journal.store.reading() as records:
        session = await session_addressed(records, ask)
        projects = await records.projects.all()
    if session is None and len(projects) == 1:
        await open_only(desk, ask, projects[0], lambda writing, fresh: _first(desk, ask, writing, fresh, conclude))
        return
    async with desk.journal.writing() as writing:
        if session is None:
            await conclude(writing, Answer(notes.choose_project(projects)))
        else:
            await accept(desk, ask, writing, session, text)
            await conclude(writing, None)


async def open_only(desk: Desk, ask: Ask, project: Project, concluding: Concluding) -> Session:
    """Open a session where there is no choice."""
    return await desk.sessions.open(
        project.id,
        chat_id=ask.chat_id,
        thread_id=ask.thread_id,
        owner_id=ask.user_id,
        key=ask.key,
        concluding=concluding,
    )


async def accept(desk: Desk, ask: Ask, writing: Writing, session: Session, text: str) -> None:
    """Queue a prompt where the next ones go as well; the chat hears of it from the service."""
    await choose(writing, session.id)
    run = await desk.runs.accept(writing, Wish(session_id=session.id, prompt=text, by=ask.user_id, trace=ask.trace))
    await remember_run(writing, ask, run)
    await writing.audit(ask.user_id, "job.created", run.id, session.id)


async def _first(desk: Desk, ask: Ask, writing: Writing, fresh: Session, conclude: Conclude) -> None:
    await accept(desk, ask, writing, fresh, ask.words["prompt"])
    await conclude(writing, Answer(places.opened(fresh)))


async def sessions(desk: Desk, ask: Ask) -> Answer:
    """The open ones of this chat and topic."""
    async with desk.journal.store.reading() as records:
        return Answer(places.sessions(await sessions_here(records, ask), desk.journal.clock.now()))


async def use(desk: Desk, ask: Ask, writing: Writing) -> Answer:
    """Send prompts elsewhere from now on; where no session is named, offer those that there are."""
    if "session" not in ask.words and not ask.reply_to:
        return Answer(places.sessions(await sessions_here(writing.records, ask), writing.now))
    session = await session_meant(writing.records, ask)
    if (session.chat_id, session.thread_id) != (ask.chat_id, ask.thread_id):
        raise Conflict(f"Session {session.id} belongs to another chat or topic.")
    return Answer(notes.using(await desk.sessions.use(writing, session.id, ask.user_id)))


async def close(desk: Desk, ask: Ask, conclude: Conclude) -> None:
    """Put a session away."""
    name = await desk.sessions.under_way(ask.key)
    if not name:
        async with desk.journal.store.reading() as records:
            name = (await session_meant(records, ask)).id

    async def closed(writing: Writing, ended: Session) -> None:
        await conclude(writing, Answer(places.closed(ended)))

    await desk.sessions.close(name, ask.user_id, key=ask.key, concluding=closed)


async def profile(desk: Desk, ask: Ask, writing: Writing) -> Answer:
    """Choose how this session's prompts are run; without a name, from all there are."""
    if "name" not in ask.words:
        return await listing.profiles(desk, ask)
    name = ask.words["name"]
    _require_profile(desk, name)
    session = await session_addressed(writing.records, ask)
    if session is None:
        raise NotFound("There is no open session here whose profile could be chosen; /new PROJECT opens one.")
    chosen = await desk.sessions.choose_profile(writing, session.id, name, ask.user_id)
    gap = desk.missing(desk.profiles[name])
    told = notes.note(f"Session {chosen.id} uses the profile {name} from now on. {gap}".strip())
    return Answer(told, in_place=True)


async def diff(desk: Desk, ask: Ask) -> Answer:
    """What a session has changed: the hunks, or when they do not fit, the counts and the hunks as a file."""
    session = await _session_of(desk, ask)
    found = await desk.sessions.changes(session)
    shown = places.hunks(session, found)
    if shown is not None:
        return Answer(shown)
    file = await asyncio.to_thread(kept, desk.spool, ask.key, f"{session.id}.diff", found.patch)
    return Answer(places.changes(session, found, attached=bool(file)), document=file)


async def _session_of(desk: Desk, ask: Ask) -> Session:
    """Under a run's message the button names the run; by hand one names the session."""
    async with desk.journal.store.reading() as records:
        if "run" in ask.words:
            run = await run_meant(records, ask)
            session = await records.sessions.get(run.session_id)
        else:
            session = await session_meant(records, ask)
    if session is None or not session.is_open:
        raise NotFound("That session is closed and its worktree is gone; its branch stays.")
    return session


def _require_profile(desk: Desk, name: str) -> None:
    if name not in desk.profiles:
        raise Conflict(f"There is no profile {name}; there are {', '.join(sorted(desk.profiles))}.")
