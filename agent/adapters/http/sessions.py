"""Sessions and the projects that they work in: listed, shown, opened and closed."""

from typing import Final

from agent.adapters.http.finding import session_of
from agent.adapters.http.route import WRITE, Call, Parameter, Reply, Route
from agent.adapters.http.session_json import DETAIL, PROJECT, SESSION, message_jsons, project_json, session_json
from agent.adapters.http.shapes import between, many, record, text
from agent.domain.audit import API
from agent.domain.profile import DEFAULT
from agent.errors import NotFound
from agent.services.voice import NO_CHAT

MOST: Final = 200
_RECENT: Final = 20


async def listing(call: Call) -> Reply:
    """The newest first, closed ones included."""
    async with call.desk.journal.store.reading() as records:
        found = await records.sessions.listing(call.query["limit"])
        newest = {each.id: await records.runs.listing(1, each.id) for each in found}
    return Reply([session_json(each, newest[each.id]) for each in found])


async def show(call: Call) -> Reply:
    """One session."""
    async with call.desk.journal.store.reading() as records:
        session = await session_of(records, call.path["session_id"])
        return Reply(session_json(session, await records.runs.listing(1, session.id)))


async def detail(call: Call) -> Reply:
    """One session with what was said in it lately."""
    async with call.desk.journal.store.reading() as records:
        session = await session_of(records, call.path["session_id"])
        recent = await records.runs.listing(_RECENT, session.id)
    return Reply({"session": session_json(session, recent[:1]), "recent_messages": message_jsons(recent)})


async def begin(call: Call) -> Reply:
    """A session of the API's own; nothing is said about its runs in any chat."""
    desk, profile = call.desk, call.body.get("profile") or DEFAULT
    if profile not in desk.profiles:
        raise NotFound(f"There is no such profile; there are {', '.join(sorted(desk.profiles))}.")
    session = await desk.sessions.open(call.body["project_id"], chat_id=NO_CHAT, owner_id=API, profile=profile)
    return Reply(session_json(session, ()), 201, {"Location": f"/api/sessions/{session.id}"})


async def end(call: Call) -> Reply:
    """Cancel what is queued in it, put its worktree away, and close it."""
    session = await call.desk.sessions.close(call.path["session_id"], API)
    async with call.desk.journal.store.reading() as records:
        return Reply(session_json(session, await records.runs.listing(1, session.id)))


async def projects(call: Call) -> Reply:
    """All registered ones."""
    async with call.desk.journal.store.reading() as records:
        return Reply([project_json(each) for each in await records.projects.all()])


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/sessions",
        summary="The newest sessions",
        handler=listing,
        tag="sessions",
        parameters=(Parameter("limit", between(1, MOST, 50), "how many"),),
        answer=many(SESSION),
    ),
    Route(
        method="POST",
        path="/api/sessions",
        summary="Open a session in a project",
        handler=begin,
        tag="sessions",
        scopes=WRITE,
        body=record("SessionWish", {"project_id": text(200, 1), "profile": text(64)}, optional=("profile",)),
        answer=SESSION,
        status=201,
    ),
    Route(
        method="GET",
        path="/api/sessions/{session_id}",
        summary="One session",
        handler=show,
        tag="sessions",
        answer=SESSION,
    ),
    Route(
        method="GET",
        path="/api/sessions/{session_id}/detail",
        summary="One session with what was said in it lately",
        handler=detail,
        tag="sessions",
        answer=DETAIL,
    ),
    Route(
        method="POST",
        path="/api/sessions/{session_id}/close",
        summary="Close a session and remove its worktree",
        handler=end,
        tag="sessions",
        scopes=WRITE,
        answer=SESSION,
    ),
    Route(
        method="GET",
        path="/api/projects",
        summary="The registered projects",
        handler=projects,
        tag="sessions",
        answer=many(PROJECT),
    ),
)
