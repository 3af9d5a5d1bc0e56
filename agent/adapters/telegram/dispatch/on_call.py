"""The on-call's commands and buttons, over the services of the on-call loop."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.dispatch.steps import Steps
from agent.adapters.telegram.dispatch.worktree_files import safe_name
from agent.adapters.telegram.forms import width
from agent.adapters.telegram.render import incidents as words
from agent.adapters.telegram.render import notes, rota
from agent.adapters.telegram.render.html import LIMIT, block
from agent.adapters.telegram.render.presses import Do, Press
from agent.domain.catalog import Catalogue
from agent.domain.incident import Presence
from agent.domain.incident_action import ActionState
from agent.domain.rota import Rota
from agent.errors import Conflict, StoreError
from agent.ports import Words
from agent.services.incidents.acks import Acks, incident_named
from agent.services.incidents.actions import Actions
from agent.services.incidents.charts import Charts
from agent.services.incidents.silences import Silences
from agent.services.incidents.storms import Storms
from agent.services.incidents.timeline import timeline
from agent.services.journal import Journal, Writing

ALL: Final = "all"
_SHOWN: Final = LIMIT - 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallCommands:
    """Keeps `OnCallDesk`. `spool` is a folder of our own for timelines on their way out."""

    journal: Journal
    rota: Rota
    catalogue: Catalogue
    acks: Acks
    silences: Silences
    storms: Storms
    actions: Actions
    spool: Path
    charts: Charts

    async def alerts(self, ask: Ask) -> Answer:
        """What fires; what a storm has gathered gets its own message now."""
        async with self.journal.store.reading() as records:
            found = await records.incidents.open()
        if any(each.presence is Presence.FOLDED for each in found):
            await self._unfold()
        return Answer(words.listing(found, self.journal.clock.now()))

    async def acknowledge(self, ask: Ask, writing: Writing, incident: str) -> Answer | None:
        """Taken; `all` takes everything that nobody has."""
        if incident.lower() == ALL:
            return await self._take_all(ask, writing)
        return await self._take(ask, writing, incident)

    async def take_over(self, ask: Ask, writing: Writing, incident: str) -> Answer | None:
        """Taken, whoever has it."""
        return await self._take(ask, writing, incident, take_over=True)

    async def silence(self, ask: Ask, incident: str, seconds: int, conclude: Conclude) -> None:
        """Quiet, once Alertmanager has agreed."""
        length = timedelta(seconds=seconds)
        made = await self.silences.make(incident, length, by=ask.user_id, as_name=self._name(ask))
        async with self.journal.writing() as writing:
            quiet = await self.silences.keep(writing, made)
            await conclude(
                writing, Answer(notes.note(words.silence_made(quiet.id, made.silence, made.before)), brief=True)
            )

    async def unsilence(self, ask: Ask, incident: str, conclude: Conclude) -> None:
        """Quiet no more, unless somebody else wants it to be."""
        ended = await self.silences.take_back(incident, by=ask.user_id, as_name=self._name(ask))
        async with self.journal.writing() as writing:
            loud = await self.silences.keep_ended(writing, ended)
            await conclude(writing, Answer(notes.note(words.silence_ended(loud.id, ended.left)), brief=True))

    async def runbook(self, ask: Ask, name: str, procedure: str) -> Answer:
        """The steps of an alert, an incident or a procedure."""
        return await self._steps.runbook(name, procedure)

    async def on_call(self, ask: Ask) -> Answer:
        """Who is on call."""
        return Answer(rota.on_call(self.rota, self.journal.clock.now()))

    async def timeline(self, ask: Ask, incident: str) -> Answer:
        """What happened in it; as a file when it is long."""
        async with self.journal.store.reading() as records:
            found, text = await incident_named(records, incident), await timeline(records, incident)
        shown = block(text, 7 * len(text) + 20)
        if width(shown) <= _SHOWN:
            return Answer(Words(shown))
        path = self.spool / safe_name(ask.key) / safe_name(f"incident-{found.id}.md")
        await asyncio.to_thread(_write, path, text)
        return Answer(notes.note(f"The timeline of incident {found.id}."), document=str(path))

    async def chart(self, ask: Ask, what: str) -> Answer:
        """What is measured, drawn."""
        picture = await self.charts.of(what, ask.key)
        return Answer(picture.words, document=str(picture.path), is_picture=True)

    async def act(self, ask: Ask, incident: str, step: str, values: str, conclude: Conclude) -> None:
        """A step in full, to be confirmed; `values` fills what the alerts do not say."""
        await self._steps.act(ask, incident, step, values, conclude, as_name=self._name(ask))

    async def press(self, ask: Ask, press: Press, conclude: Conclude) -> None:
        """The buttons that no command stands for."""
        if press.do is Do.ACT:
            step, _, values = press.detail.partition(" ")
            await self.act(ask, press.subject, step, values, conclude)
        elif press.do is Do.TIMELINE:
            answer = await self.timeline(ask, press.subject)
            async with self.journal.writing() as writing:
                await conclude(writing, answer)
        else:
            async with self.journal.writing() as writing:
                await conclude(writing, await self._act(ask, press, writing))

    async def _act(self, ask: Ask, press: Press, writing: Writing) -> Answer | None:
        if press.do in {Do.CONFIRM, Do.CONFIRM_ANYWAY}:
            return await self._confirm(ask, writing, press.subject, anyway=press.do is Do.CONFIRM_ANYWAY)
        if press.do is Do.ABANDON:
            await self.actions.cancel(writing, press.subject, by=ask.user_id, as_name=self._name(ask))
        else:
            raise Conflict("That button says nothing to me.")
        return None

    async def _confirm(self, ask: Ask, writing: Writing, action_id: str, *, anyway: bool) -> Answer | None:
        """Without a word where it is on its way: its message says so."""
        name = self._name(ask)
        found = await self.actions.confirm(writing, action_id, by=ask.user_id, as_name=name, anyway=anyway)
        if found.state is not ActionState.PREPARED:
            return None
        asks = f"Incident {found.incident_id} has resolved meanwhile, nothing was sent. Send it anyway?"
        return Answer(notes.note(asks), brief=True, loud=True)

    async def _take(self, ask: Ask, writing: Writing, incident: str, *, take_over: bool = False) -> Answer:
        name = self._name(ask)
        taken = await self.acks.acknowledge(writing, incident, by=ask.user_id, as_name=name, take_over=take_over)
        return Answer(notes.note(f"👤 You have incident {taken.id}."), brief=True)

    async def _take_all(self, ask: Ask, writing: Writing) -> Answer:
        free = [each for each in await writing.records.incidents.open() if each.acked_by is None]
        for each in free:
            await self.acks.acknowledge(writing, each.id, by=ask.user_id, as_name=self._name(ask))
        return Answer(notes.note(f"👤 You have {len(free)} more incidents."))

    async def _unfold(self) -> None:
        try:
            async with self.journal.writing() as writing:
                await self.storms.unfold(writing)
        except StoreError:
            return  # looking works while the disk refuses

    @property
    def _steps(self) -> Steps:
        return Steps(self.journal, self.catalogue, self.actions)

    def _name(self, ask: Ask) -> str:
        """As the rota calls them, or else Telegram."""
        return self.rota.name_of(ask.user_id) or ask.user_name[:64]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
