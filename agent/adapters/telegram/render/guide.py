"""The help, from the same table that commands are parsed with."""

from agent.adapters.telegram.commands import BY_NAME, Entry, entries_for
from agent.adapters.telegram.render.html import bold, code, escaped, joined, line, page
from agent.domain.roles import Role
from agent.ports import Words


def guide(role: Role) -> Words:
    """What a role can do."""
    foot = "Plain text in a session is a prompt. A file you send is put into the session."
    return Words(page(f"{bold('Tocsin')} · you are {role}", [_item(each) for each in entries_for(role)], foot))


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


def _item(entry: Entry) -> str:
    return f"{escaped(entry.usage, 100)}: {escaped(entry.help, 100)}"
