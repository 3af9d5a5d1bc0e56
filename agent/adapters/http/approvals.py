"""Approvals: what waits for a person, and the person's answer when the chat is out of reach."""

from typing import Final

from agent.adapters.http.route import WRITE, Call, Handler, Parameter, Reply, Route
from agent.adapters.http.shapes import (
    FLAG,
    INTEGER,
    MOMENT,
    TEXT,
    Json,
    Schema,
    between,
    many,
    moment,
    record,
    text,
    words,
)
from agent.domain.approval import Approval, ApprovalState, Risk, Scope
from agent.domain.audit import API
from agent.domain.run import Run

MOST: Final = 500

APPROVAL: Final[Schema] = record(
    "Approval",
    {
        "approval_id": TEXT,
        "chat_id": INTEGER,
        "user_id": INTEGER,
        "session_id": TEXT,
        "project_id": TEXT,
        "agent_id": TEXT,
        "run_id": TEXT,
        "scope": words(Scope),
        "risk_tier": words(Risk),
        "argv": {**many(TEXT), "description": "the tool and what it is to do; empty at the gate before a run"},
        "stdin_text": {**TEXT, "description": "the prompt, at the gate before a run"},
        "timeout_sec": {**INTEGER, "description": "how long there is to answer, from `created_at` on"},
        "status": words(ApprovalState),
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "expires_at": MOMENT,
    },
)
_CHAT: Final[Schema] = {**INTEGER, "description": "accepted for compatibility, not used"}
ANSWER: Final[Schema] = record(
    "ApprovalAnswer", {"approval_id": text(64, 1), "chat_id": _CHAT, "user_id": _CHAT}, optional=("chat_id", "user_id")
)
YES: Final[Schema] = record(
    "ApprovalGranted",
    {
        "approval_id": text(64, 1),
        "chat_id": _CHAT,
        "user_id": _CHAT,
        "for_session": {**FLAG, "default": False, "description": "also for later questions of this scope"},
    },
    optional=("chat_id", "user_id", "for_session"),
)
ANSWERED: Final[Schema] = record(
    "ApprovalAnswered", {"approval_id": TEXT, "status": words(ApprovalState), "run_id": TEXT, "output": TEXT}
)


async def listing(call: Call) -> Reply:
    """All undecided ones, the oldest first."""
    shown = []
    async with call.desk.journal.store.reading() as records:
        for asked in (await records.approvals.pending())[: call.query["limit"]]:
            shown.append(approval_json(asked, await records.runs.get(asked.run_id)))
    return Reply(shown)


async def approve(call: Call) -> Reply:
    """Yes."""
    return await _answered(call, yes=True, for_session=call.body.get("for_session", False))


async def deny(call: Call) -> Reply:
    """No."""
    return await _answered(call, yes=False)


async def _answered(call: Call, *, yes: bool, for_session: bool = False) -> Reply:
    desk = call.desk
    async with desk.journal.writing() as writing:
        approval = await desk.approvals.decide(
            writing, call.body["approval_id"], yes=yes, by=API, for_session=for_session
        )
        writing.wake(desk.runs.wake)
    output = f"{approval.state.capitalize()}: {approval.question}"
    return Reply({"approval_id": approval.id, "status": approval.state, "run_id": approval.run_id, "output": output})


def approval_json(asked: Approval, run: Run | None) -> Json:
    """The documented fields, and what it is about."""
    return {
        "approval_id": asked.id,
        "chat_id": run.chat_id if run else 0,
        "user_id": run.requested_by if run else 0,
        "session_id": asked.session_id,
        "project_id": asked.project_id,
        "agent_id": run.profile if run else "",
        "run_id": asked.run_id,
        "scope": asked.scope,
        "risk_tier": asked.risk,
        "argv": [asked.tool, asked.question] if asked.tool else [],
        "stdin_text": "" if asked.tool else asked.question,
        "timeout_sec": int((asked.expires_at - asked.requested_at).total_seconds()),
        "status": asked.state,
        "created_at": moment(asked.requested_at),
        "updated_at": moment(asked.decided_at or asked.escalated_at or asked.requested_at),
        "expires_at": moment(asked.expires_at),
    }


def _answering(word: str, handler: Handler, body: Schema) -> Route:
    return Route(
        method="POST",
        path=f"/api/approvals/{word}",
        summary=f"{word.capitalize()} what a run waits for",
        handler=handler,
        tag="approvals",
        scopes=WRITE,
        body=body,
        answer=ANSWERED,
    )


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/approvals",
        summary="What waits for a person",
        handler=listing,
        tag="approvals",
        parameters=(Parameter("limit", between(1, MOST, 200), "how many of the oldest"),),
        answer=many(APPROVAL),
    ),
    _answering("approve", approve, YES),
    _answering("deny", deny, ANSWER),
)
