"""Executable steps at work: prepared and shown, confirmed by an approver, sent once, and told about."""

import asyncio
from typing import Final

from agent.domain.audit import AGENT
from agent.domain.catalog import StepRef
from agent.domain.incident import Incident
from agent.domain.incident_action import (
    CONFIRM_WITHIN,
    Action,
    ActionState,
    after_crash,
    cancelled,
    confirmed,
    sent,
    settled,
)
from agent.domain.incident_history import Entry, Happening
from agent.domain.step_values import Values, filled
from agent.errors import NotFound, StoreError
from agent.ports import ActionRunner, Ids, IncidentPresenter
from agent.services.incidents.saying import Saying
from agent.services.incidents.slots import Slots
from agent.services.journal import Journal, Writing

IDLE_SECONDS: Final = 60.0
_STORE_SECONDS: Final = 1.0
_NOTED: Final = 200


class Actions:
    """The hand of the on-call. Whether somebody may act is decided by who calls this. `wake` is set when one may go."""

    def __init__(  # noqa: PLR0913, PLR0917 - its neighbours
        self,
        journal: Journal,
        ids: Ids,
        runner: ActionRunner,
        saying: Saying,
        presenter: IncidentPresenter,
        slots: Slots,
    ) -> None:
        self._journal = journal
        self._ids = ids
        self._runner = runner
        self._saying = saying
        self._presenter = presenter
        self.slots = slots
        self.wake = asyncio.Event()

    async def prepare(  # noqa: PLR0913 - what a step consists of
        self,
        writing: Writing,
        name: str,
        step: StepRef,
        *,
        by: int,
        chat_id: int,
        given: Values | None = None,
        as_name: str = "",
    ) -> Action:
        """Show a step of an incident's runbook or of a procedure in full, for somebody to confirm.

        Raises `NotFound`, `Conflict` when something has yet to be filled in, and `Forbidden` for a foreign host.
        """
        found = await self.slots.found(writing.records, name, step, given or {})
        path, body = filled(found.call, found.values)
        action = Action(
            id=self._ids.short(),
            incident_id=found.incident.id,
            title=found.step.text,
            method=found.call.method,
            url=self._runner.address(found.call.host, path),
            body=body,
            chat_id=chat_id,
            prepared_by=by,
            prepared_at=writing.now,
            prepared_name=self._saying.called(by, as_name),
        )
        await writing.records.incidents.add_action(action)
        await self._follow(writing, action, by, action.prepared_name)
        return action

    async def confirm(
        self, writing: Writing, action_id: str, *, by: int, as_name: str = "", anyway: bool = False
    ) -> Action:
        """Let it be sent. Whose incident is over is asked again, and is `prepared` as before, unless it is `anyway`.

        Raises `NotFound`, and `Conflict` when it was confirmed before or shown too long ago.
        """
        prepared, called = await self._known(writing, action_id), self._saying.called(by, as_name)
        action = confirmed(prepared, by, writing.now, called)
        if not anyway and await _is_over(writing, action):
            await self._show(writing, prepared)
            return prepared
        await writing.records.incidents.save_action(action)
        await self._follow(writing, action, by, called)
        writing.wake(self.wake)
        return action

    async def cancel(self, writing: Writing, action_id: str, *, by: int, as_name: str = "") -> Action:
        """Let it be. Raises `NotFound`, and `Conflict` when it is on its way already."""
        action = cancelled(await self._known(writing, action_id), writing.now)
        await writing.records.incidents.save_action(action)
        await self._follow(writing, action, by, self._saying.called(by, as_name))
        return action

    async def restate(self, writing: Writing, incident: Incident) -> None:
        """The incident is over, or fires again: what is shown of it to be confirmed says so."""
        for action in await writing.records.incidents.actions_in(ActionState.PREPARED):
            if action.incident_id == incident.id and writing.now - action.prepared_at <= CONFIRM_WITHIN:
                await self._show(writing, action)

    async def turn(self) -> float:
        """Send what was confirmed, one after the other; answers how many seconds until there may be more."""
        async with self._journal.store.reading() as records:
            due = await records.incidents.actions_in(ActionState.CONFIRMED)
        for action in due:
            await self._send(action.id)
        return IDLE_SECONDS

    async def recover(self) -> int:
        """At boot: what was being sent when an earlier life ended is unknown and not repeated; answers how many."""
        async with self._journal.writing() as writing:
            cut_off = await writing.records.incidents.actions_in(ActionState.RUNNING)
            for action in cut_off:
                unknown = after_crash(action, writing.now)
                await writing.records.incidents.save_action(unknown)
                await self._follow(writing, unknown, AGENT)
        return len(cut_off)

    async def _send(self, action_id: str) -> None:
        async with self._journal.writing() as writing:
            action = await self._known(writing, action_id)
            if action.state is not ActionState.CONFIRMED:
                return
            action = sent(action, writing.now)
            await writing.records.incidents.save_action(action)
            await self._follow(writing, action, AGENT)
        if action.state is not ActionState.RUNNING:
            return
        answered = await self._runner.run(action)
        while not await self._settle(settled(action, answered, self._journal.clock.now())):
            await self._journal.clock.sleep(_STORE_SECONDS)  # a full disk must not make it look unknown

    async def _settle(self, action: Action) -> bool:
        try:
            async with self._journal.writing() as writing:
                await writing.records.incidents.save_action(action)
                await self._follow(writing, action, AGENT)
        except StoreError:
            return False
        return True

    async def _follow(self, writing: Writing, action: Action, by: int, name: str = "") -> None:
        """Show where it is, in the chat, in the incident's history and in the audit trail."""
        await self._show(writing, action)
        status = f" {action.status}" if action.status else ""
        detail = f"{action.state}{status}: {action.method} {action.url} ({action.title})"
        await writing.records.incidents.note(
            Entry(action.incident_id, writing.now, Happening.ACTION, detail[: 2 * _NOTED], by, name)
        )
        await writing.audit(by, f"action.{action.state}", action.id, f"incident {action.incident_id}: {detail}"[:500])

    async def _show(self, writing: Writing, action: Action) -> None:
        if action.chat_id:
            words = self._presenter.action(action, is_over=await _is_over(writing, action))
            await self._saying.say(writing, action.chat_id, f"action:{action.id}", words)

    async def _known(self, writing: Writing, action_id: str) -> Action:
        found = await writing.records.incidents.action(action_id)
        if found is None:
            raise NotFound("That step is not known any more.")
        return found


async def _is_over(writing: Writing, action: Action) -> bool:
    incident = await writing.records.incidents.get(action.incident_id)
    return incident is not None and not incident.is_open
