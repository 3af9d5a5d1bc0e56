"""The help, from the same table that commands are parsed with."""

from typing import Final

from agent.adapters.telegram.commands import BY_NAME
from agent.adapters.telegram.render.html import bold, code, escaped, joined, line, page
from agent.adapters.telegram.render.presses import Do, button
from agent.adapters.telegram.tasks import TITLES, Task, chapter, first_for
from agent.domain.outbox import Buttons
from agent.domain.roles import Deed, Role, may
from agent.ports import Words

WHOLE: Final = "all"
"""What the button says that leads back from a chapter."""


def guide(role: Role) -> Words:
    """What a role can do, on one screen: the few that matter first, then all by task; a chapter explains its own."""
    first = [f"/{verb}: {escaped(words, 60)}" for verb, words in first_for(role)]
    chapters = [_chapter(task, role) for task in _tasks(role)]
    head = joined(f"{bold('Tocsin')} · you are {role}", _how(role))
    foot = "/help COMMAND explains one."
    return Words(joined(head, "\n".join(first), joined(*chapters, foot), by="\n\n"), _buttons(role))


def of_task(task: Task, role: Role) -> Words:
    """A chapter: how each of its commands is typed and what it does."""
    lines = [f"{escaped(entry.usage, 100)}: {escaped(entry.help, 100)}" for entry in chapter(task, role)]
    return Words(page(bold(TITLES[task]), lines), _buttons(role, task))


def _how(role: Role) -> str:
    return "Write what to do, or send a file." if may(role, Deed.RUN) else ""


def _tasks(role: Role) -> list[Task]:
    return [task for task in Task if chapter(task, role)]


def _chapter(task: Task, role: Role) -> str:
    return f"{bold(TITLES[task])} {' '.join(f'/{entry.verb}' for entry in chapter(task, role))}"


def _buttons(role: Role, shown: Task | None = None) -> Buttons:
    buttons = [button(TITLES[task], Do.GUIDE, task) for task in _tasks(role) if task is not shown]
    if shown is not None:
        buttons.append(button("« All", Do.GUIDE, WHOLE))
    return tuple(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3))


def about(name: str, role: Role) -> Words:
    """One command in detail."""
    entry = BY_NAME.get(name.removeprefix("/").lower())
    if entry is None:
        return Words(f"⚠️ There is no /{line(name, 60)}; /help lists what there is.")
    allowed = "" if role.covers(entry.role) else f"It takes the role {entry.role}; you are {role}."
    usage = f"{code(entry.usage)}: {escaped(entry.help, 200)}."
    return Words(joined(usage, f"For example {code(entry.example)}", allowed))


def whoami(user_id: int, role: Role) -> Words:
    """Who somebody is to us."""
    return Words(f"You are user {code(str(user_id))} with the role {bold(role)}.")
