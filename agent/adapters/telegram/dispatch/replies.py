"""Replies to an incident's message: commands that need no id there, and otherwise a question back, never a run."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, assert_never

from agent.adapters.telegram.commands import BY_NAME, Verb
from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.plans import Change, Errand, Look, Plan, Turned
from agent.adapters.telegram.dispatch.table import PLANS
from agent.adapters.telegram.parsing import Asked, Misread, parse
from agent.adapters.telegram.reading import Said
from agent.adapters.telegram.render import notes
from agent.domain.roles import NEEDED, may
from agent.errors import Conflict, Forbidden
from agent.ports import Records

_VERBS: Final[Mapping[str, Verb]] = MappingProxyType(
    {
        "ack": Verb.ACK,
        "takeover": Verb.TAKEOVER,
        "silence": Verb.SILENCE,
        "unsilence": Verb.UNSILENCE,
        "steps": Verb.RUNBOOK,
        "runbook": Verb.RUNBOOK,
        "act": Verb.ACT,
        "timeline": Verb.TIMELINE,
        "chart": Verb.CHART,
    }
)
_ABOUT_INCIDENTS: Final = frozenset({"incident", "chart"})
_SAYS: Final = "ack, silence 1h, unsilence, steps, timeline or chart"


def in_reply(plan: Plan, said: Said) -> Plan:
    """How to deal with what `plan` would, where it may answer an incident's message; which that is the store knows."""
    is_whole = isinstance(parse(said.text), Asked)
    if not said.reply_to or said.document is not None or said.is_edit or is_whole:
        return plan

    async def answered(desk: Desk, ask: Ask, conclude: Conclude) -> None:
        async with desk.journal.store.reading() as records:
            incident = await _incident_answered(records, ask)
        if not incident:
            await _follow(plan, desk, ask, conclude)
            return
        meant = _meant(said.text, incident)
        if meant is not None:
            await _command(meant, desk, ask, conclude)
        elif isinstance(plan, Turned):
            raise Conflict(plan.sentence)
        else:
            async with desk.journal.writing() as writing:
                await conclude(writing, Answer(notes.note(_question(incident))))

    return Errand(answered)


def _meant(text: str, incident: str) -> Asked | Misread | None:
    """The command about the incident, with or without the slash; None for other words."""
    first, *rest = [word for word in text.split() if not word.startswith("@")] or [""]
    verb = _VERBS.get(first.removeprefix("/").partition("@")[0].lower())
    if verb is None:
        return None
    parsed = parse(" ".join((f"/{verb}", incident, *rest)))
    return parsed if isinstance(parsed, Asked | Misread) else None


async def _command(meant: Asked | Misread, desk: Desk, ask: Ask, conclude: Conclude) -> None:
    if isinstance(meant, Misread):
        raise Conflict(meant.sentence)
    deed = BY_NAME[meant.verb].deed
    if not may(ask.role, deed):
        raise Forbidden(f"This takes the role {NEEDED[deed]}; you are {ask.role}.")
    await _follow(PLANS[meant.verb], desk, replace(ask, words=meant.words, numbers=meant.numbers), conclude)


async def _follow(plan: Plan, desk: Desk, ask: Ask, conclude: Conclude) -> None:
    match plan:
        case Look(see=see):
            answer = await see(desk, ask)
            async with desk.journal.writing() as writing:
                await conclude(writing, answer)
        case Change(make=make):
            async with desk.journal.writing() as writing:
                await conclude(writing, await make(desk, ask, writing))
        case Errand(run=run):
            await run(desk, ask, conclude)
        case Turned(sentence=sentence):
            raise Conflict(sentence)
        case _:
            assert_never(plan)


async def _incident_answered(records: Records, ask: Ask) -> str:
    """The incident whose message, chart or step is answered; or empty."""
    about, _, name = (await records.outbox.key_of(ask.chat_id, ask.reply_to)).partition(":")
    if about == "action":
        action = await records.incidents.action(name)
        return action.incident_id if action else ""
    return name.partition(":")[0] if about in _ABOUT_INCIDENTS else ""


def _question(incident: str) -> str:
    return (
        f"That answers incident {incident}, so nothing was run. What about it? Reply {_SAYS}. "
        "If it is work for the coding agent, send it again, not as a reply."
    )
