"""Replies to an incident's message: commands that need no id there, and otherwise a question back, never a run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from agent.domain.catalog import StepRef
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
_ABOUT_STEPS: Final = "runbook"
_ABOUT_SOME: Final = frozenset({_ABOUT_STEPS, "escalated", "storm", "unreached"})
_SAYS: Final = "ack, silence 1h, unsilence, steps, timeline or chart"
_WORK: Final = "If it is work for the coding agent, send it again, not as a reply."


@dataclass(frozen=True, slots=True)
class _Answered:
    """What a reply answers: an incident, or none that could be told from others, which is empty."""

    incident: str
    shows_steps: bool = False


def in_reply(plan: Plan, said: Said) -> Plan:
    """How to deal with what `plan` would, where it may answer an incident's message; which that is the store knows."""
    is_whole = isinstance(parse(said.text), Asked)
    if not said.reply_to or said.document is not None or said.is_edit or is_whole:
        return plan

    async def answered(desk: Desk, ask: Ask, conclude: Conclude) -> None:
        async with desk.journal.store.reading() as records:
            about = await _answered(records, ask)
        if about is None:
            await _follow(plan, desk, ask, conclude)
            return
        meant = _meant(said.text, about.incident)
        if meant is not None and about.incident:
            _check_step(meant, about)
            await _command(meant, desk, ask, conclude)
        elif meant is None and isinstance(plan, Turned):
            raise Conflict(plan.sentence)
        else:
            async with desk.journal.writing() as writing:
                await conclude(writing, Answer(notes.note(_question(about.incident))))

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


async def _answered(records: Records, ask: Ask) -> _Answered | None:
    """What message, chart or step about incidents is answered; None for anything else."""
    about, _, name = (await records.outbox.key_of(ask.chat_id, ask.reply_to)).partition(":")
    if about == "action":
        action = await records.incidents.action(name)
        return _Answered(action.incident_id) if action else None
    if about in _ABOUT_INCIDENTS:
        return _Answered(name.partition(":")[0])
    if about not in _ABOUT_SOME:
        return None
    one = name.partition(":")[2] if about == "unreached" else name
    found = await records.incidents.get(one)
    return _Answered(found.id if found else "", shows_steps=about == _ABOUT_STEPS)


def _check_step(meant: Asked | Misread, about: _Answered) -> None:
    """A message that shows steps shows those of an alert or, in the same place, of a procedure: a number is of both."""
    if not about.shows_steps or not isinstance(meant, Asked) or meant.verb is not Verb.ACT:
        return
    step = meant.words["step"]
    if not StepRef.read(step).procedure:
        command = f"/act {about.incident}"
        raise Conflict(f"Of which steps? {command} {step} is of the alert's, {command} PROCEDURE.{step} of others.")


def _question(incident: str) -> str:
    if not incident:
        return (
            "Which one? /ack ID or /ack all takes them, /silence ID 1h keeps one quiet, /alerts lists them. "
            f"Nothing was run. {_WORK}"
        )
    return f"That answers incident {incident}, so nothing was run. What about it? Reply {_SAYS}. {_WORK}"
