"""The first thing that somebody reads: what this is, how it stands for them, and the one next thing to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent.adapters.telegram.render.html import bold, joined, line
from agent.adapters.telegram.render.human import counted
from agent.adapters.telegram.render.presses import Do, choices
from agent.domain.roles import Deed, Role, may
from agent.domain.session import Project, Session
from agent.ports import Words

WHAT: Final = "runs coding agents in your repositories, asks before what is risky, and brings alerts here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How it stands where somebody says `/start`.

    Attributes:
        session: the one that prompts go to, or None.
        under_way: how many runs of this chat are not over.
        questions: how many approvals the reader could answer.
        gap: what the profile lacks that prompts are run with, or empty.
        is_chatter: whether people talk to one another here, so that prompts have to be meant for the bot.
    """

    projects: Sequence[Project]
    session: Session | None = None
    under_way: int = 0
    questions: int = 0
    gap: str = ""
    is_chatter: bool = False


def welcome(role: Role, place: Place) -> Words:
    """What to do next, by role and state."""
    questions = f"🔐 {counted(place.questions, 'question')} to answer: /approvals" if place.questions else ""
    under_way = f"⏳ {counted(place.under_way, 'run')} under way: /runs" if place.under_way else ""
    step = _next(role, place)
    foot = f"You are {role}; /help shows what you can do."
    text = joined(f"👋 {bold('Tocsin')} {WHAT}", joined(questions, under_way), step.text, foot, by="\n\n")
    return Words(text, step.buttons)


def _next(role: Role, place: Place) -> Words:
    if not may(role, Deed.RUN):
        return Words("You may look on: /runs, /status, /alerts.")
    if not place.projects and place.session is None:
        return Words(_no_project(role))
    gap = f"⚠️ {line(place.gap, 200)} /profiles shows the others." if place.gap else ""
    if place.session is not None:
        where = f"{bold(place.session.id, 40)} in {line(place.session.project_id, 80)}"
        return Words(joined(gap, f"👉 {_ask(place)} It goes to session {where}."))
    if len(place.projects) == 1:
        where = bold(place.projects[0].id, 100)
        return Words(joined(gap, f"👉 {_ask(place)} A session in {where} opens by itself."))
    names = [each.id for each in place.projects]
    typed = "" if len(names) == sum(map(len, choices(Do.NEW, names))) else " /projects lists all."
    return Words(joined(gap, f"👉 Choose where to work.{typed}"), choices(Do.NEW, names))


def _ask(place: Place) -> str:
    return "Mention me and say what you want done." if place.is_chatter else "Write what you want done."


def _no_project(role: Role) -> str:
    if may(role, Deed.ADMINISTER):
        return "👉 There is no project yet: put a git repository where REPOS_ROOT points, then send /scan."
    return "👉 There is no project yet: ask an admin to add a repository."
