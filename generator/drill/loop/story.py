"""What happens, in order, and when it was seen: from a run that fails to a message that says it is over."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import aiohttp

from generator.drill.loop.phone import Message, Phone
from generator.drill.rehearsal import Stuck
from generator.drill.stack import Stack
from generator.drill.stack.programs import draws
from generator.drill.stack.project import NAME as PROJECT
from generator.drill.subject import Subject
from generator.drill.watching.chat import incident, is_over
from generator.drill.watching.views import PAUSE, View

GOOD_BEFORE, BAD, GOOD_AFTER = 5, 2, 4
"""2 of 7 runs failed are 29 %, above the 20 % of the alert and below the 50 % of its critical sister; 2 of 11, 18 %."""

_PATIENCE: Final = 25.0
_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)
_FINISHED: Final = frozenset({"completed", "failed", "cancelled"})


class Hop(StrEnum):
    """What is seen, in the order in which it has to be seen."""

    WORK = "runs succeed"
    FAILED = "runs fail"
    APOLOGISED = "whoever asked is told, and what can be done"
    BREACHED = "Prometheus scrapes a failure rate above the threshold"
    PENDING = "the alert is pending"
    FIRING = "the alert fires"
    ROUTED = "Alertmanager has it"
    TOLD = "the incident is in the chat of whoever is on call"
    CHARTED = "its chart, as a picture"
    ACKED = "acknowledged with a tap"
    HEALED = "runs succeed again"
    RECOVERED = "Prometheus scrapes a failure rate below the threshold"
    CALM = "the alert ends"
    RESOLVED = "resolved in place, in the same message"


BESIDE: Final = frozenset({Hop.APOLOGISED, Hop.CHARTED})
"""What nobody waits for."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What an alert looks at: an expression, and the value above which it is too much."""

    expression: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Seen:
    """One hop.

    Attributes:
        at: seconds since the beginning.
        took: seconds since the hop before.
        message: what shows it, if a message does.
    """

    hop: Hop
    at: float
    took: float
    message: Message | None


@dataclass(slots=True)
class Story:
    """One telling.

    Attributes:
        alert: the one that fires.
        rate: the failure rate, as the alert measures it.
        developer: works with the bot.
        on_call: is told of incidents.
        saw: hears of everything that is seen.
        hops: seconds from one hop to the next. Nobody waits for the apology, which counts from the failure, and the
            chart, which counts from the incident's message.
        picture: the chart as it was downloaded; empty where none can be drawn.
    """

    stack: Stack
    view: View
    alert: Subject
    rate: Measured
    developer: Phone
    on_call: Phone
    saw: Callable[[Seen], None]
    hops: dict[Hop, float] = field(default_factory=dict)
    picture: bytes = b""
    _began: float = field(default_factory=time.monotonic)
    _last: float = 0.0

    async def tell(self) -> None:
        """All of it.

        Raises:
            Stuck: when something does not come.
        """
        await self._work()
        await self._failure()
        beside = [asyncio.create_task(self._apology(self._last))]
        try:
            await self._alarm()
            told = await self._told()
            if draws():
                beside.append(asyncio.create_task(self._chart(self._last)))
            await self._acknowledged(told)
            await self._recovery()
            await self._resolved(told)
            await asyncio.gather(*beside)
        finally:
            for task in beside:
                task.cancel()

    async def _work(self) -> None:
        await self.developer.write(f"/new {PROJECT} standin")
        await self.developer.see("Session", _PATIENCE)
        for number in range(GOOD_BEFORE):
            await self.developer.write(f"Tidy up, part {number + 1} [[say Tidied up.]]")
        await self._seen(Hop.WORK, self._until(self._finished(GOOD_BEFORE)))

    async def _failure(self) -> None:
        for _ in range(BAD):
            await self.developer.write("Do the impossible [[say Trying.; fail it cannot be done]]")
        await self._seen(Hop.FAILED, self._until(self._finished(GOOD_BEFORE + BAD)))

    async def _apology(self, since: float) -> None:
        """A chat takes a message a second, so this may come after the alert, which nothing holds up."""
        message = await self.developer.see("cannot be done", _PATIENCE)
        self._mark_beside(Hop.APOLOGISED, since, message)

    async def _chart(self, since: float) -> None:
        """It is drawn after the incident was told of, and holds nobody up."""
        message = await self.on_call.see(rf"{self.alert.name}\.png", _PATIENCE)
        self.picture = await self.on_call.download(message)
        self._mark_beside(Hop.CHARTED, since, message)

    async def _alarm(self) -> None:
        wanted, view = self.alert.labels, self.view
        await self._seen(Hop.BREACHED, self._until(self._measured(lambda rate: rate > self.rate.threshold)))
        await self._seen(Hop.PENDING, view.until(lambda: bool(view.states(wanted)), _PATIENCE))
        await self._seen(Hop.FIRING, view.until(lambda: "firing" in view.states(wanted), _PATIENCE))
        await self._seen(Hop.ROUTED, view.until(lambda: view.is_routed(wanted), _PATIENCE))

    async def _told(self) -> Message:
        told = await self.on_call.see(rf"\A[^\n]*\b{self.alert.name}\b", _PATIENCE)
        self._mark(Hop.TOLD, told)
        return told

    async def _acknowledged(self, told: Message) -> None:
        await self.on_call.tap(told, "Ack")
        self._mark(Hop.ACKED, await self.on_call.see(rf"\A[^\n]*\b{self.alert.name}\b.*has it since", _PATIENCE))

    async def _recovery(self) -> None:
        for number in range(GOOD_AFTER):
            await self.developer.write(f"Try what is possible, part {number + 1} [[say Done.]]")
        await self._seen(Hop.HEALED, self._until(self._finished(GOOD_BEFORE + BAD + GOOD_AFTER)))
        await self._seen(Hop.RECOVERED, self._until(self._measured(lambda rate: rate <= self.rate.threshold)))

    async def _resolved(self, told: Message) -> None:
        wanted, view = self.alert.labels, self.view
        await self._seen(Hop.CALM, view.until(lambda: not view.states(wanted), _PATIENCE))
        over = await self.on_call.see(rf"\A[^\n]*Resolved[^\n]*\b{self.alert.name}\b", _PATIENCE)
        if over["message_id"] != told["message_id"]:
            raise Stuck("the incident was resolved in another message than the one that told of it.")
        newest = incident(await self.on_call.messages(), self.alert.name)
        if newest is None or not is_over(newest):
            raise Stuck("a newer message says that it is not over.")
        self._mark(Hop.RESOLVED, over)

    async def _seen(self, hop: Hop, waiting: Awaitable[bool]) -> None:
        if not await waiting:
            raise Stuck(f"after {_PATIENCE:.0f} s it was not so: {hop}.")
        self._mark(hop)

    def _mark(self, hop: Hop, message: Message | None = None) -> None:
        now = time.monotonic() - self._began
        self.hops[hop], self._last = now - self._last, now
        self.saw(Seen(hop, now, self.hops[hop], message))

    def _mark_beside(self, hop: Hop, since: float, message: Message) -> None:
        now = time.monotonic() - self._began
        self.hops[hop] = now - since
        self.saw(Seen(hop, now, now - since, message))

    async def _until(self, holds: Callable[[], Awaitable[bool]]) -> bool:
        end = time.monotonic() + _PATIENCE
        while not await holds():
            if time.monotonic() > end:
                return False
            await asyncio.sleep(PAUSE)
        return True

    def _finished(self, count: int) -> Callable[[], Awaitable[bool]]:
        async def holds() -> bool:
            runs = await self._json("agent", "/api/runs", limit="100")
            return sum(run["status"] in _FINISHED for run in runs) >= count

        return holds

    def _measured(self, wanted: Callable[[float], bool]) -> Callable[[], Awaitable[bool]]:
        async def holds() -> bool:
            found = (await self._json("prometheus", "/api/v1/query", query=self.rate.expression))["data"]["result"]
            return bool(found) and wanted(float(found[0]["value"][1]))

        return holds

    async def _json(self, process: str, path: str, **query: str) -> Any:  # noqa: ANN401 - whatever the server says
        where = f"{self.stack.url(process)}{path}"
        async with self.stack.session.get(where, params=query, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            return await answer.json()
