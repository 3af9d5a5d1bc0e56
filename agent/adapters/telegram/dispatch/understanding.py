"""From what somebody has said or tapped, and who they are, to how it will be dealt with. Pure."""

from dataclasses import dataclass
from typing import Final, assert_never

from agent.adapters.telegram.calling import behind_call, calls
from agent.adapters.telegram.commands import BY_NAME, Verb
from agent.adapters.telegram.dispatch import edits, groups
from agent.adapters.telegram.dispatch.plans import Errand, Plan, Turned
from agent.adapters.telegram.dispatch.table import PLANS, RECEIVE, REMEDY, UNDER_INCIDENTS, asked_by
from agent.adapters.telegram.parsing import Asked, Misread, NotForUs, Parsed, Prompt, parse
from agent.adapters.telegram.reading import Said
from agent.adapters.telegram.render.presses import DEEDS, Do, read_press
from agent.domain.roles import NEEDED, Deed, Role, may

FORGED: Final = "That button says nothing to me; perhaps it is older than I am."
OVERHEARD: Final = Errand(groups.overheard)
EDITED: Final = Errand(edits.edited)


@dataclass(frozen=True, slots=True)
class Understood:
    """A plan and what it is about; `overheard` when it was written in a group and perhaps not to us."""

    plan: Plan
    asked: Asked
    overheard: bool = False


def understood_from(said: Said, role: Role, bot_name: str) -> Understood | None:
    """What to do about words or a file, or None when they are for another bot."""
    parsed = parse(said.text if said.is_private else behind_call(said.text, bot_name), bot_name)
    if isinstance(parsed, NotForUs) or _is_another_bots(said, parsed, bot_name):
        return None
    if said.is_edit:
        return _of_edit(said, parsed)
    return _of_file(said, parsed, role) if said.document else _of_words(said, parsed, role)


def understood_press(data: str, role: Role) -> tuple[Plan, Asked]:
    """What to do about a tap."""
    press = read_press(data)
    if press is None:
        return Turned(FORGED), Asked(Verb.HELP)
    if press.do is Do.REMEDY:
        words = {"run": press.subject, "remedy": press.detail}
        return _for_role(REMEDY, DEEDS[press.do], role), Asked(Verb.RETRY, words)
    asked = asked_by(press)
    if asked is None:
        return _for_role(UNDER_INCIDENTS, DEEDS[press.do], role), Asked(Verb.ALERTS)
    return _for_role(PLANS[asked.verb], DEEDS[press.do], role), asked


def _is_another_bots(said: Said, parsed: Parsed, bot_name: str) -> bool:
    """In a group there may be other bots; one that we do not have is ours to judge if we are called or answered."""
    if said.is_private or calls(said.text, bot_name) or (bot_name and said.answers.lower() == bot_name.lower()):
        return False
    return isinstance(parsed, Misread) and parsed.is_anybodys


def _of_words(said: Said, parsed: Asked | Prompt | Misread, role: Role) -> Understood:
    match parsed:
        case Misread(sentence=sentence):
            return Understood(Turned(sentence), Asked(Verb.HELP))
        case Prompt() if not said.is_private:
            return Understood(OVERHEARD, _prompt(said.text.strip()), overheard=True)
        case Prompt(text=text):
            return _allowed(_prompt(text), role)
        case Asked():
            return _allowed(parsed, role)
        case _:
            assert_never(parsed)


def _of_file(said: Said, parsed: Asked | Prompt | Misread, role: Role) -> Understood:
    """What stands under a file is a prompt, whether or not it begins with `/run`."""
    if isinstance(parsed, Asked) and parsed.verb is Verb.RUN:
        return Understood(_for_role(RECEIVE, Deed.RUN, role), parsed)
    if not said.is_private:
        return Understood(OVERHEARD, _prompt(said.text.strip()), overheard=True)
    return Understood(_for_role(RECEIVE, Deed.RUN, role), _prompt(said.text.strip()))


def _of_edit(said: Said, parsed: Parsed) -> Understood:
    """Whatever it says now, it is no command: all that may change is a prompt that still waits."""
    if isinstance(parsed, Asked) and parsed.verb is Verb.RUN:
        return Understood(EDITED, parsed)
    if isinstance(parsed, Prompt):
        return Understood(EDITED, _prompt(said.text.strip()), overheard=not said.is_private)
    return Understood(EDITED, Asked(Verb.RUN))


def _prompt(text: str) -> Asked:
    return Asked(Verb.RUN, {"prompt": text})


def _allowed(asked: Asked, role: Role) -> Understood:
    return Understood(_for_role(PLANS[asked.verb], BY_NAME[asked.verb].deed, role), asked)


def _for_role(plan: Plan, deed: Deed, role: Role) -> Plan:
    return plan if may(role, deed) else Turned(f"This takes the role {NEEDED[deed]}; you are {role}.")
