"""Approvals in the words of AgentOS: listed, answered, and escalated when nobody answers."""

from typing import Final

from agent.adapters.http.agentos.common import OF_ORGANIZATION, ORGANIZATION, PREFIX, TAG, require_own
from agent.adapters.http.route import WRITE, Call, Handler, Parameter, Reply, Route
from agent.adapters.http.shapes import (
    INTEGER,
    MOMENT,
    TEXT,
    Json,
    Schema,
    between,
    many,
    moment,
    moment_or_null,
    or_null,
    record,
    text,
    words,
)
from agent.domain.approval import Approval, ApprovalState, Scope
from agent.domain.audit import API

MOST: Final = 500
_ESCALATED: Final = "escalated"
_STATUSES: Final = (*(state.value for state in ApprovalState), _ESCALATED)
_TIERS: Final = {
    Scope.WRITE: "low_risk_write",
    Scope.SHELL: "high_risk_write",
    Scope.DELETE: "high_risk_write",
    Scope.EXTERNAL: "external_commit",
    Scope.PUSH: "external_commit",
    Scope.DEPLOY: "external_commit",
}

APPROVAL: Final[Schema] = record(
    "AgentApproval",
    {
        "id": TEXT,
        "organization_id": TEXT,
        "run_id": TEXT,
        "tool_id": {**TEXT, "description": "empty at the gate before a run"},
        "action_tier": words(sorted(set(_TIERS.values()))),
        "reason": TEXT,
        "status": words(_STATUSES),
        "required_approvals": INTEGER,
        "approvals_received": INTEGER,
        "requested_at": MOMENT,
        "sla_due_at": {**MOMENT, "description": "when the run is cancelled if nobody has answered"},
        "approver_id": or_null(INTEGER),
        "decided_at": or_null(MOMENT),
    },
)
_ANSWER: Final[Schema] = record(
    "AgentApprovalAnswer",
    {"organization_id": ORGANIZATION, "reason": text(500)},
    optional=("organization_id", "reason"),
)


async def listing(call: Call) -> Reply:
    """The newest first."""
    require_own(call)
    asked, wanted = call.query, call.query["status"]
    async with call.desk.journal.store.reading() as records:
        if asked["run_id"]:
            found = list(reversed(await records.approvals.of_run(asked["run_id"])))
        elif wanted in {ApprovalState.PENDING, _ESCALATED}:
            found = list(reversed(await records.approvals.pending()))
        else:
            found = list(await records.approvals.listing(asked["offset"] + asked["limit"] if not wanted else MOST))
    kept = [each for each in map(_approval, found) if wanted in {"", each["status"]}]
    return Reply(kept[asked["offset"] : asked["offset"] + asked["limit"]])


def _answering(*, yes: bool) -> Handler:
    async def answer(call: Call) -> Reply:
        require_own(call)
        async with call.desk.journal.writing() as writing:
            decided = await call.desk.approvals.decide(writing, call.path["id"], yes=yes, by=API)
            writing.wake(call.desk.runs.wake)
            if call.body.get("reason"):
                await writing.audit(API, "approval.reason", decided.id, call.body["reason"])
        return Reply(_approval(decided))

    return answer


async def escalate(call: Call) -> Reply:
    """Ask again, and loudly, about everything that nobody has answered for a quarter of an hour."""
    require_own(call)
    async with call.desk.journal.writing() as writing:
        count = await call.desk.approvals.escalate_overdue(writing)
    return Reply({"escalated_count": count})


def _approval(asked: Approval) -> Json:
    escalated = asked.is_pending and asked.escalated_at is not None
    return {
        "id": asked.id,
        "organization_id": asked.organization,
        "run_id": asked.run_id,
        "tool_id": asked.tool,
        "action_tier": _TIERS[asked.scope],
        "reason": asked.question,
        "status": _ESCALATED if escalated else asked.state.value,
        "required_approvals": 1,
        "approvals_received": int(asked.state is ApprovalState.APPROVED),
        "requested_at": moment(asked.requested_at),
        "sla_due_at": moment(asked.expires_at),
        "approver_id": asked.decided_by,
        "decided_at": moment_or_null(asked.decided_at),
    }


def _deciding(word: str, *, yes: bool) -> Route:
    return Route(
        method="POST",
        path=f"{PREFIX}/approvals/{{id}}/{word}",
        summary=f"{word.capitalize()} what a run waits for",
        handler=_answering(yes=yes),
        tag=TAG,
        scopes=WRITE,
        body=_ANSWER,
        answer=APPROVAL,
    )


ROUTES: Final = (
    Route(
        method="GET",
        path=f"{PREFIX}/approvals",
        summary="Approvals, decided ones included",
        handler=listing,
        tag=TAG,
        parameters=(
            OF_ORGANIZATION,
            Parameter(
                "status", {**words(["", *_STATUSES]), "default": ""}, "only these; of decided ones the newest 500"
            ),
            Parameter("run_id", {**TEXT, "default": ""}, "only those of one run"),
            Parameter("limit", between(1, MOST, 100), "how many"),
            Parameter("offset", between(0, MOST, 0), "how many of the newest to leave out"),
        ),
        answer=many(APPROVAL),
    ),
    Route(
        method="POST",
        path=f"{PREFIX}/approvals/escalate",
        summary="Ask again about what nobody has answered for 15 minutes",
        handler=escalate,
        tag=TAG,
        scopes=WRITE,
        parameters=(OF_ORGANIZATION,),
        answer=record("Escalated", {"escalated_count": INTEGER}),
    ),
    _deciding("approve", yes=True),
    _deciding("deny", yes=False),
)
