"""Questions in words, and what became of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, assert_never

from agent.adapters.telegram.render.html import LIMIT, block, bold, code, joined, line, page
from agent.adapters.telegram.render.human import duration, moment
from agent.adapters.telegram.render.presses import MOST_CHOICES, Do, button
from agent.domain.approval import Approval, ApprovalState, Risk, Scope
from agent.domain.audit import AGENT, API
from agent.domain.outbox import Button, Buttons
from agent.domain.run import Run
from agent.ports import Words

_ASKED: Final = 240
_NOTHING: Final = "Nothing waits for an answer."

Standing = tuple[str, Mapping[Scope, datetime]]
"""A session and what it may do without asking, with until when."""


def approval(asked: Approval, objection: str, run: Run | None = None) -> Words:
    """A question with its buttons while it is pending; afterwards how it ended."""
    where = f"{line(asked.session_id, 40)} {line(asked.project_id, 80)}"
    what = f"{bold(f'Approval {asked.id}', 60)} · {asked.scope}, {asked.risk} risk · {where}"
    head = f"{_mark(asked)} {what}"
    text = joined(head, block(asked.question, 2500), _origin(asked, run), _outcome(asked, objection))
    return Words(text, _buttons(asked, objection) if asked.is_pending else ())


def listing(
    pending: Sequence[Approval],
    now: datetime,
    standing: Sequence[Standing] = (),
    objections: Mapping[str, str] | None = None,
) -> Words:
    """What waits for an answer, and what sessions need none for.

    `objections` say by id why yes is impossible now; with None, whoever looks may not answer at all.
    """
    granted = [_grant(name, scope, until, now) for name, grants in standing for scope, until in sorted(grants.items())]
    items = [*(_item(each, now) for each in pending), *granted]
    if objections is None:
        return Words(page(bold("Open approvals"), items, _NOTHING if not pending else "They wait for an approver."))
    buttons = tuple(_answers(each, objections.get(each.id, "")) for each in pending[:MOST_CHOICES])
    return Words(page(bold("Open approvals"), items, _foot(len(pending))), buttons)


def _foot(count: int) -> str:
    if not count:
        return _NOTHING
    others = " the others" if count > MOST_CHOICES else ""
    return f"By text, answer{others} with /approve ID or /deny ID."


def _answers(asked: Approval, objection: str) -> tuple[Button, ...]:
    """Nobody is to say yes to what they have not read: what is not shown whole is shown first."""
    deny = button(f"Deny {asked.id}", Do.DENY, asked.id)
    if objection:
        return (deny,)
    if _is_whole(asked):
        return button(f"Approve {asked.id}", Do.APPROVE, asked.id), deny
    return button(f"Show {asked.id}", Do.SHOW, asked.id), deny


def _is_whole(asked: Approval) -> bool:
    lines = asked.question.strip()
    return "\n" not in lines and line(lines, _ASKED) == line(lines, LIMIT)


def _grant(session: str, scope: Scope, until: datetime, now: datetime) -> str:
    return f"🔓 {line(session, 40)} may do {scope} without asking, {duration(until - now)} left"


def _origin(asked: Approval, run: Run | None) -> str:
    """Who wanted what, so that the call can be judged by it; before a run the prompt itself is the question."""
    if run is None:
        return ""
    who = "over the API" if run.requested_by == API else f"by user {run.requested_by}"
    prompt = f"<blockquote>{line(run.prompt, 200)}</blockquote>" if asked.tool and run.prompt.strip() else ""
    return joined(f"Asked for {who}.", prompt)


def _item(asked: Approval, now: datetime) -> str:
    left = duration(asked.expires_at - now)
    risk = f"{asked.scope}, {asked.risk} risk, {left} left"
    return f"🔐 {code(asked.id, 40)} {line(asked.session_id, 40)} · {risk}\n   {line(asked.question, _ASKED)}"


def _mark(asked: Approval) -> str:
    match asked.state:
        case ApprovalState.PENDING:
            return "🔐"
        case ApprovalState.APPROVED:
            return "✅"
        case ApprovalState.DENIED:
            return "⛔"
        case ApprovalState.EXPIRED:
            return "⌛"
        case _:
            assert_never(asked.state)


def _outcome(asked: Approval, objection: str) -> str:
    match asked.state:
        case ApprovalState.PENDING:
            return _how(asked, objection)
        case ApprovalState.APPROVED:
            return f"Approved {_by(asked.decided_by)}."
        case ApprovalState.DENIED if asked.decided_by is None:
            return "Withdrawn: the run ended before anybody answered."
        case ApprovalState.DENIED:
            return f"Denied {_by(asked.decided_by)}."
        case ApprovalState.EXPIRED:
            return "Nobody answered in time."
        case _:
            assert_never(asked.state)


def _how(asked: Approval, objection: str) -> str:
    escalated = "Escalated to the backup approvers." if asked.escalated_at else ""
    if objection:
        return joined(line(objection), escalated, f"Deny with /deny {line(asked.id, 40)}.")
    how = f"Until {moment(asked.expires_at)}, or by text: /approve {line(asked.id, 40)} or /deny {line(asked.id, 40)}"
    return joined(escalated, how)


def _by(user: int | None) -> str:
    if user == AGENT:
        return "without asking: earlier for this session, or as low risk at autonomy L4"
    return "over the API" if user in {API, None} else f"by user {user}"


def _buttons(asked: Approval, objection: str) -> Buttons:
    deny = button("Deny", Do.DENY, asked.id)
    if objection:
        return ((deny,),)
    if asked.risk is Risk.HIGH:  # one at a time
        return ((button("Approve", Do.APPROVE, asked.id), deny),)
    session = button(f"Approve {asked.scope} for this session", Do.APPROVE_FOR_SESSION, asked.id)
    return ((button("Approve", Do.APPROVE, asked.id), deny), (session,))
