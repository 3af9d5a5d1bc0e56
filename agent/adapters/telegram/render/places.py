"""Projects, sessions and what changed in them, in words."""

from collections.abc import Sequence
from datetime import datetime

from agent.adapters.telegram.forms import width
from agent.adapters.telegram.render.html import CAPTION, LIMIT, bold, code, diff_block, joined, line, page
from agent.adapters.telegram.render.human import ago, counted
from agent.adapters.telegram.render.presses import MOST_CHOICES, Do, button, choices, short_name
from agent.domain.changes import Change, Changes
from agent.domain.outbox import Buttons
from agent.domain.profile import Profile
from agent.domain.session import Project, Session, SessionState
from agent.ports import Words

_MARKS = {
    SessionState.IDLE: "💤",
    SessionState.RUNNING: "⏳",
    SessionState.BLOCKED: "🔐",
    SessionState.CLOSING: "🧹",
    SessionState.CLOSED: "⏹",
}


def opened(session: Session) -> Words:
    """A session is ready."""
    text = joined(
        f"📂 {bold(f'Session {session.id}', 60)} in {line(session.project_id, 80)}",
        f"Branch {code(session.branch, 200)}, profile {code(session.profile, 60)}.",
        _how_to_ask(session),
    )
    return Words(text, ((button("Close", Do.CLOSE, session.id),),))


def _how_to_ask(session: Session) -> str:
    """In a group that is no topic, people talk to one another, and only what is meant for us is heard."""
    if session.chat_id < 0 and not session.thread_id:
        return "Reply to this with what you want done, or mention me."
    return "Write what you want done."


def closed(session: Session) -> Words:
    """A session is over; its branch stays."""
    text = f"⏹ {bold(f'Session {session.id}', 60)} is closed. Its branch {code(session.branch, 200)} stays."
    return Words(text)


def sessions(open_ones: Sequence[Session], now: datetime) -> Words:
    """The open sessions, the one that prompts go to first and marked."""
    foot = "" if open_ones else "There is none. /new opens one."
    if len(open_ones) > MOST_CHOICES + 1:
        foot = "/use ID sends prompts to one of the others."
    items = [_session(each, now, is_current=not at and each.is_open) for at, each in enumerate(open_ones)]
    return Words(page(bold("Sessions"), items, foot), _switches(open_ones))


def projects(registered: Sequence[Project], *, offered: bool = False) -> Words:
    """Where sessions can be opened; `offered` to be tapped."""
    items = [f"📁 {code(each.id, 110)} on {line(each.default_branch, 100)}" for each in registered]
    buttons = choices(Do.NEW, [each.id for each in registered]) if offered else ()
    foot = "None is registered; /scan looks for repositories."
    if registered:
        tap = "Tap one to open a session in it. " if buttons else ""
        foot = tap + (_by_text("/new PROJECT opens a session", buttons, len(registered)))
    return Words(page(bold("Projects"), items, foot), buttons)


def profiles(known: Sequence[tuple[Profile, str]], current: str = "", *, offered: bool = False) -> Words:
    """The profiles, each with what is missing for it, or empty; `current` is the session's, `offered` to be tapped."""
    items = [f"{'⚠️' if gap else '✅'} {code(each.name, 60)} {each.dialect} {line(gap, 200)}" for each, gap in known]
    buttons = choices(Do.PROFILE, [each.name for each, _ in known], current) if offered else ()
    tap = "Tap one to use it in this session. " if buttons else ""
    foot = tap + _by_text("/profile NAME chooses one for this session", buttons, len(known))
    return Words(page(bold("Profiles"), items, foot), buttons)


def _by_text(how: str, buttons: Buttons, count: int) -> str:
    """How it is typed, unless every one of them can be tapped."""
    offered = sum(map(len, buttons))
    return "" if offered == count else f"{how} for the others." if offered else f"{how}."


def hunks(session: Session, found: Changes) -> Words | None:
    """What a session has changed, line by line; None when that takes more than a message."""
    head = _totals(session, found)
    if not found.files:
        return Words(head)
    shown = diff_block(found.patch, LIMIT - width(head) - 1) if len(found.patch) <= LIMIT and found.is_whole else ""
    return Words(joined(head, shown)) if shown else None


def changes(session: Session, found: Changes, *, attached: bool) -> Words:
    """What a session has changed, file by file; short enough to go under the file that has the rest."""
    foot = "The whole diff is attached." if attached else "The whole diff cannot be sent now: the disk refuses it."
    foot = foot if found.patch else ""
    items = [_change(each) for each in found.files]
    return Words(page(_totals(session, found), items, foot, limit=CAPTION if attached else LIMIT))


def _totals(session: Session, found: Changes) -> str:
    if not found.files:
        return f"{bold(session.id, 40)} has changed nothing."
    return f"{bold(session.id, 40)} has changed {counted(len(found.files), 'file')}, +{found.added} -{found.removed}"


def _session(session: Session, now: datetime, *, is_current: bool) -> str:
    current = "👉 " if is_current else ""
    head = f"{current}{_MARKS[session.state]} {bold(session.id, 40)} {line(session.project_id, 80)}"
    return f"{head} · {session.state} · {ago(session.last_activity_at, now)}"


def _switches(open_ones: Sequence[Session]) -> Buttons:
    others = open_ones[1 : MOST_CHOICES + 1]
    buttons = [button(f"Use {each.id} · {short_name(each.project_id)}", Do.USE, each.id) for each in others]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def _change(change: Change) -> str:
    if change.added is None or change.removed is None:
        return f"new or binary {code(change.path)}"
    return f"+{change.added} -{change.removed} {code(change.path)}"
