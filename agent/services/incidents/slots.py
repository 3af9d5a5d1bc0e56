"""What an executable step still needs before it can be made, and what could be meant: looked up where it would go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from agent.domain.catalog import Catalogue, Step, StepCall, StepRef
from agent.domain.incident import Incident
from agent.domain.step_values import Candidate, Needs, Values, as_now, filled, in_the_form_of, known_values, missing
from agent.errors import AgentError, Conflict
from agent.ports import ActionRunner, Records
from agent.services.incidents.acks import incident_named
from agent.services.journal import Journal

MOST_CANDIDATES: Final = 40
_LONGEST: Final = 100
_ORGANIZATION: Final = "organization_id"
_OVER: Final = frozenset({"archived", "cancelled", "completed", "denied", "expired", "failed", "rolled_back"})
"""What is in such a state is rarely what somebody wants to act upon, so it comes last."""


@dataclass(frozen=True, slots=True)
class Found:
    """A step of an incident, with everything that is known about its slots."""

    incident: Incident
    ref: StepRef
    step: Step
    call: StepCall
    values: Values


class Slots:
    """Answers what a step needs. Asks the step's own host, which has to be allowed, and only with `GET`."""

    def __init__(self, journal: Journal, runner: ActionRunner, catalogue: Catalogue, own: Mapping[str, str]) -> None:
        self._journal = journal
        self._runner = runner
        self._catalogue = catalogue
        self._own = own

    async def found(self, records: Records, name: str, ref: StepRef, given: Values) -> Found:
        """The step and what fills it. Raises `NotFound`, and `Conflict` for one that people have to do."""
        incident = await incident_named(records, name)
        step, ref = self._catalogue.step(incident.about, ref)
        if step.call is None:
            raise Conflict(f"Step {ref} is for people; there is nothing to run.")
        own = {} if step.call.host else self._own
        return Found(incident, ref, step, step.call, known_values(incident, given, own))

    async def needs(self, name: str, ref: StepRef, given: Values) -> Needs:
        """What is missing, and what could be meant; outside of any transaction, and asking twice does no harm.

        Raises `NotFound` and `Conflict` as `found`, and `Forbidden` for a host that is not allowed.
        """
        async with self._journal.store.reading() as records:
            found = await self.found(records, name, ref, given)
        self._runner.address(found.call.host, "/")  # nobody is asked for values of a call that may not be made
        present = await self._present(found)
        given = _completed(given, present)
        lacking = missing(found.call, {**found.values, **given})
        return Needs(
            incident_id=found.incident.id,
            ref=found.ref,
            step=found.step,
            call=found.call,
            mark=self._mark(found.ref),
            given=given,
            missing=lacking,
            present=present,
            candidates={slot: await self._candidates(found, slot) for slot in lacking},
        )

    def _mark(self, ref: StepRef) -> str:
        procedure = self._catalogue.procedure(ref.procedure) if ref.procedure else None
        return str(StepRef(ref.number, procedure.mark if procedure else ""))

    async def _present(self, found: Found) -> Values:
        """What a `PUT` would replace: HTTP has it that `GET` of the same address answers it."""
        call = found.call
        if call.method != "PUT" or not call.slots:
            return {}
        return as_now(call, await self._look(found, call.path))

    async def _candidates(self, found: Found, slot: str) -> tuple[Candidate, ...]:
        path = found.call.collection(slot)
        listed = _entries(await self._look(found, path)) if path else []
        candidates = (_candidate(each, slot) for each in sorted(listed, key=_is_over))
        return tuple(each for each in candidates if each is not None)[:MOST_CANDIDATES]

    async def _look(self, found: Found, path: str) -> object:
        try:
            address, _ = filled(replace(found.call, path=path.partition("?")[0], body=None, values={}), found.values)
        except AgentError:
            return None  # something before it is missing too
        organization = found.values.get(_ORGANIZATION)
        if not found.call.host and isinstance(organization, str) and organization:
            address = f"{address}?{_ORGANIZATION}={quote(organization, safe='')}"
        return await self._runner.look(found.call.host, address)


def _completed(given: Values, present: Values) -> Values:
    """Everything else as it is, once somebody has said what is to be otherwise."""
    formed = {slot: in_the_form_of(present.get(slot), value) for slot, value in given.items()}
    wanted = any(value not in ("", present[slot]) for slot, value in formed.items() if slot in present)
    return {**(present if wanted else {}), **formed}


def _entries(listed: object) -> Sequence[object]:
    """What a collection holds: a list, or an object around one, as some APIs answer."""
    if isinstance(listed, dict):
        listed = next((value for value in listed.values() if isinstance(value, list)), [])
    return listed if isinstance(listed, list) else []


def _candidate(entry: object, slot: str) -> Candidate | None:
    fields = entry if isinstance(entry, dict) else {slot: entry}
    value = next((fields[name] for name in (slot, "id", "name") if name in fields), None)
    value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= _LONGEST or " " in value:
        return None
    return Candidate(value, _note(fields))


def _note(fields: Mapping[str, object]) -> str:
    enabled = fields.get("is_enabled")
    if isinstance(enabled, bool):
        return "enabled" if enabled else "disabled"
    status = fields.get("status")
    return status if isinstance(status, str) else ""


def _is_over(entry: object) -> bool:
    return isinstance(entry, dict) and (entry.get("status") in _OVER or entry.get("is_enabled") is False)
