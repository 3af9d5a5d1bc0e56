"""A run in JSON."""

from typing import Final

from agent.adapters.http.shapes import MOMENT, TEXT, Json, Schema, moment, moment_or_null, or_null, record, words
from agent.domain.error_codes import CATALOG, ErrorCode
from agent.domain.run import Run, RunState

RUN: Final[Schema] = record(
    "Run",
    {
        "run_id": TEXT,
        "session_id": TEXT,
        "project_id": TEXT,
        "agent_id": {**TEXT, "description": "the profile"},
        "status": words(RunState),
        "prompt": {**TEXT, "description": "in lists, its first 1000 characters"},
        "output": {**TEXT, "description": "what the CLI said at the end; in lists, its first 1000 characters"},
        "error": {**TEXT, "description": "one sentence, or empty"},
        "error_code": or_null(words(ErrorCode)),
        "error_title": TEXT,
        "error_message": TEXT,
        "retry_of": {**TEXT, "description": "the failed run that this one tries again, or empty"},
        "created_at": MOMENT,
        "started_at": or_null(MOMENT),
        "completed_at": or_null(MOMENT),
    },
)
IN_LISTS: Final = 1000


def run_json(run: Run, longest: int | None = None) -> Json:
    """The documented fields, and where the run belongs."""
    explained = CATALOG[run.error] if run.error else None
    return {
        "run_id": run.id,
        "session_id": run.session_id,
        "project_id": run.project_id,
        "agent_id": run.profile,
        "status": run.state,
        "prompt": run.prompt[:longest],
        "output": run.summary[:longest],
        "error": run.detail,
        "error_code": run.error,
        "error_title": explained.title if explained else "",
        "error_message": explained.message if explained else "",
        "retry_of": run.retry_of,
        "created_at": moment(run.created_at),
        "started_at": moment_or_null(run.started_at),
        "completed_at": moment_or_null(run.finished_at),
    }
