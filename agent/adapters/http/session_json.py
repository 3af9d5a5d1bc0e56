"""Sessions and projects in JSON."""

from collections.abc import Sequence
from typing import Final

from agent.adapters.http.shapes import INTEGER, MOMENT, TEXT, Json, Schema, many, moment, record, words
from agent.domain.run import Run
from agent.domain.session import Project, Session, SessionState

_LONGEST: Final = 1000

SESSION: Final[Schema] = record(
    "Session",
    {
        "session_id": TEXT,
        "chat_id": {**INTEGER, "description": "0 for sessions of the API"},
        "user_id": INTEGER,
        "project_id": TEXT,
        "branch": TEXT,
        "status": words(["active", "archived"]),
        "state": words(SessionState),
        "current_agent_id": {**TEXT, "description": "the profile"},
        "summary": {**TEXT, "description": "what the newest run said at its end"},
        "last_run_id": TEXT,
        "created_at": MOMENT,
        "updated_at": MOMENT,
    },
)
MESSAGE: Final[Schema] = record(
    "SessionMessage", {"role": words(["user", "assistant"]), "content": TEXT, "run_id": TEXT, "created_at": MOMENT}
)
DETAIL: Final[Schema] = record("SessionDetail", {"session": SESSION, "recent_messages": many(MESSAGE)})
PROJECT: Final[Schema] = record("Project", {"project_id": TEXT, "default_branch": TEXT, "registered_at": MOMENT})


def session_json(session: Session, newest: Sequence[Run]) -> Json:
    """The documented fields, and where it works. `newest` is its newest run, if it has one."""
    last = newest[0] if newest else None
    return {
        "session_id": session.id,
        "chat_id": session.chat_id,
        "user_id": session.owner_id,
        "project_id": session.project_id,
        "branch": session.branch,
        "status": "archived" if session.state is SessionState.CLOSED else "active",
        "state": session.state,
        "current_agent_id": session.profile,
        "summary": last.summary[:_LONGEST] if last else "",
        "last_run_id": last.id if last else "",
        "created_at": moment(session.created_at),
        "updated_at": moment(session.closed_at or session.last_activity_at),
    }


def message_jsons(newest_first: Sequence[Run]) -> list[Json]:
    """Prompts and answers, the oldest first."""
    return [each for run in reversed(newest_first) for each in _messages(run)]


def project_json(project: Project) -> Json:
    """Without its path: nobody who asks over HTTP can do anything with it."""
    return {
        "project_id": project.id,
        "default_branch": project.default_branch,
        "registered_at": moment(project.registered_at),
    }


def _messages(run: Run) -> list[Json]:
    asked = {"role": "user", "content": run.prompt, "run_id": run.id, "created_at": moment(run.created_at)}
    said = run.summary or run.detail
    if not said or run.finished_at is None:
        return [asked]
    answered = {"role": "assistant", "content": said, "run_id": run.id, "created_at": moment(run.finished_at)}
    return [asked, answered]
