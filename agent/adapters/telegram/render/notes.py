"""Short things to say: one sentence each, about files, prompts and projects."""

from collections.abc import Sequence
from typing import Final

from agent.adapters.telegram.render.html import bold, code, joined, line, page
from agent.adapters.telegram.render.human import size
from agent.adapters.telegram.render.presses import Do, choices
from agent.domain.audit import AGENT, API, Audited
from agent.domain.session import Project, Session
from agent.ports import Words
from agent.services.projects import Scanned

READ_ONLY_PROMISE: Final = "Your message is kept and will be taken up as soon as writing is possible again."


def note(sentence: str) -> Words:
    """One sentence."""
    return Words(line(sentence, 900))


def put_off(reason: str) -> Words:
    """Nothing can be written at the moment, and nothing is lost by that."""
    return Words(joined(f"⚠️ {line(reason, 900)}", READ_ONLY_PROMISE))


def using(session: Session) -> Words:
    """Prompts go there from now on."""
    where = f"{bold(f'Session {session.id}', 60)} in {line(session.project_id, 80)}"
    return Words(f"👉 Prompts go to {where}, profile {code(session.profile, 60)}.")


def choose_project(projects: Sequence[Project]) -> Words:
    """A prompt came, and it is not clear where to."""
    if not projects:
        return Words("⚠️ There is no session here and no project is registered; /scan looks for repositories.")
    lines = [code(f"/new {each.id}", 160) for each in projects]
    head = "There is no open session here, so your prompt was not run. Open one, then send it again:"
    return Words(page(head, lines), choices(Do.NEW, [each.id for each in projects]))


def saved(session: Session, path: str, count: int) -> Words:
    """A file has arrived in the worktree."""
    return Words(f"📎 {code(path, 200)} ({size(count)}) is in {bold(f'session {session.id}', 60)}.")


def file(path: str, count: int) -> Words:
    """A file from the worktree goes along."""
    return Words(f"📄 {code(path, 300)} ({size(count)})")


def scanned(found: Scanned) -> Words:
    """What a look into the repositories' folder has changed."""
    items = [
        *(f"🆕 {code(each, 110)}" for each in found.registered),
        *(f"🗑 {code(each, 110)} is gone" for each in found.removed),
        *(f"⚠️ {code(each, 110)} is not there, but was kept" for each in found.missing),
    ]
    head = bold(f"{found.found} {'repository' if found.found == 1 else 'repositories'} found")
    return Words(page(head, items, "" if items else "Nothing has changed."))


def audit(entries: Sequence[Audited]) -> Words:
    """Who did what, the newest first."""
    return Words(page(bold("Audit"), [_entry(each) for each in entries], "" if entries else "Nothing was done yet."))


def configured(settings: Sequence[tuple[str, str]]) -> Words:
    """What the agent is configured with."""
    return Words(page(bold("Settings"), [f"{line(name, 60)}: {code(value, 300)}" for name, value in settings]))


def _entry(entry: Audited) -> str:
    what = f"{line(entry.action, 60)} {code(entry.subject, 60)} {line(entry.detail, 120)}".rstrip()
    return f"{entry.at:%d %b %H:%M:%S} {_actor(entry.actor)} {what}"


def _actor(actor: int) -> str:
    match actor:
        case _ if actor == API:
            return "API"
        case _ if actor == AGENT:
            return "agent"
        case _:
            return str(actor)
