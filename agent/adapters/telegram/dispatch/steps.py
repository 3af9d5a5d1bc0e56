"""Runbooks in the chat: the steps of alerts and procedures, and the way from a step to its call."""

from dataclasses import dataclass

from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.given import read_values
from agent.adapters.telegram.render import runbooks, step_needs
from agent.domain.catalog import Catalogue, Procedure, StepRef
from agent.domain.incident import Incident
from agent.errors import NotFound
from agent.services.incidents.acks import incident_found
from agent.services.incidents.actions import Actions
from agent.services.journal import Journal


@dataclass(frozen=True, slots=True)
class Steps:
    """What `/runbook` and `/act` do."""

    journal: Journal
    catalogue: Catalogue
    actions: Actions

    async def runbook(self, name: str, procedure: str) -> Answer:
        """The steps of an alert by its name, of an incident by its id, of a procedure; without a name, what there is.

        Of an alert that fires they are those of its incident, so that they can be run.
        """
        if not name:
            return Answer(runbooks.listing(self.catalogue.procedures.values()), key="runbooks")
        if not procedure and self.catalogue.alert(name) is None:
            alone = self.catalogue.procedure(name)
            if alone is not None:
                return Answer(runbooks.procedure(alone), key=f"runbook:{alone.name}")
        alert, incident = await self._about(name)
        subject = incident.id if incident else alert
        known = self.catalogue.alert(alert)
        if procedure:
            back = subject if known else ""  # there are no steps to go back to
            return Answer(runbooks.procedure(self._procedure(procedure), back, incident), key=f"runbook:{subject}")
        if known is None:
            raise NotFound(f"The runbook catalogue has no alert {alert[:100]}; /runbook lists the procedures.")
        return Answer(
            runbooks.runbook(known, self.catalogue.seen_from(known), incident, subject), key=f"runbook:{subject}"
        )

    async def act(  # noqa: PLR0913 - what a step consists of
        self, ask: Ask, incident: str, step: str, values: str, conclude: Conclude, *, as_name: str
    ) -> None:
        """The call in full, to be confirmed; or what it still needs, with what could be meant."""
        ref, given = StepRef.read(step), read_values(values)
        needs = await self.actions.slots.needs(incident, ref, given)
        async with self.journal.writing() as writing:
            if needs.missing:
                await conclude(writing, Answer(step_needs.needed(needs)))
                return
            await self.actions.prepare(
                writing, incident, ref, by=ask.user_id, chat_id=ask.chat_id, given=needs.given, as_name=as_name
            )
            await conclude(writing, None)

    async def _about(self, name: str) -> tuple[str, Incident | None]:
        """The alert's name, and the incident that is meant: the newest open one of an alert."""
        async with self.journal.store.reading() as records:
            known = self.catalogue.alert(name)
            if known is not None:
                opened = [each for each in await records.incidents.open() if each.about == known.name]
                return known.name, max(opened, key=lambda each: each.opened_at, default=None)
            incident = await incident_found(records, name)
        if incident is None:
            raise NotFound(f"The runbook catalogue has no alert and no procedure {name[:100]}; /runbook lists them.")
        return incident.about, incident

    def _procedure(self, name: str) -> Procedure:
        found = self.catalogue.procedure(name)
        if found is None:
            raise NotFound(f"There is no procedure {name[:100]}; /runbook lists them.")
        return found
