"""What happens, in order, and when it was seen: from a run that fails to a message that says it is over."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from generator.domain.conditions.value import Value
from generator.drill.loop.measure import Runs
from generator.drill.loop.moments import Moment, Seen
from generator.drill.loop.patience import SLACK, Patience
from generator.drill.loop.phone import Message, Phone
from generator.drill.rehearsal import Stuck
from generator.drill.stack import Stack
from generator.drill.stack.programs import draws
from generator.drill.stack.project import NAME as PROJECT
from generator.drill.subject import Subject
from generator.drill.watching.chat import finder, is_over
from generator.drill.watching.views import PAUSE, View

_BATCH: Final = 10
"""How many runs are asked for before their end is waited for."""

_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)
_FINISHED: Final = ("completed", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Plot:
    """What shall happen.

    Attributes:
        alert: the one that fires.
        condition: what it looks at: a failure rate, and the share above which that is too much.
        runs: how many succeed, fail, and succeed again.
        patience: for everything that is waited for.
        named_after_alerts: whether the incident's first line names the alert, because its group has no others.
    """

    alert: Subject
    condition: Value
    runs: Runs
    patience: Patience
    named_after_alerts: bool


@dataclass(slots=True)
class Story:
    """One telling.

    Attributes:
        developer: works with the bot.
        on_call: is told of incidents.
        saw: hears of everything that is seen.
        seen: seconds since the beginning.
        picture: the chart as it was downloaded; empty where none can be drawn.
    """

    stack: Stack
    view: View
    plot: Plot
    developer: Phone
    on_call: Phone
    saw: Callable[[Seen], None]
    seen: dict[Moment, float] = field(default_factory=dict)
    picture: bytes = b""
    _began: float = field(default_factory=time.monotonic)
    _last: float = 0.0
    _asked: int = 0

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
        await self.developer.see("Session", SLACK)
        await self._run(Moment.WORK, self.plot.runs.before, "Tidy up, part {} [[say Tidied up.]]")

    async def _failure(self) -> None:
        await self._run(
            Moment.FAILED, self.plot.runs.failed, "Do the impossible [[say Trying.; fail it cannot be done]]"
        )

    async def _run(self, moment: Moment, count: int, text: str) -> None:
        """So many runs; a few at a time, as a person would ask for them."""
        for first in range(0, count, _BATCH):
            batch = range(first, min(first + _BATCH, count))
            for number in batch:
                await self.developer.write(text.format(number + 1))
            self._asked += len(batch)
            await self._waited(moment, self._until(moment, self._finished(self._asked)))
        if count:
            self._mark(moment)

    async def _apology(self, since: float) -> None:
        """A chat takes a message a second, so this may come after the alert, which nothing holds up."""
        message = await self.developer.see("cannot be done", self._patience(Moment.APOLOGISED))
        self._mark_beside(Moment.APOLOGISED, since, message)

    async def _chart(self, since: float) -> None:
        """It is drawn after the incident was told of, and holds nobody up."""
        message = await self.on_call.see(rf"{self.plot.alert.name}\.png", self._patience(Moment.CHARTED))
        self.picture = await self.on_call.download(message)
        self._mark_beside(Moment.CHARTED, since, message)

    async def _alarm(self) -> None:
        wanted, view, patience = self.plot.alert.labels, self.view, self._patience
        threshold = float(self.plot.condition.limit.value)
        await self._waited(Moment.BREACHED, self._until(Moment.BREACHED, self._measured(lambda rate: rate > threshold)))
        self._mark(Moment.BREACHED)
        for moment, holds in (
            (Moment.PENDING, lambda: bool(view.states(wanted))),
            (Moment.FIRING, lambda: "firing" in view.states(wanted)),
            (Moment.ROUTED, lambda: view.is_routed(wanted)),
        ):
            await self._waited(moment, view.until(holds, patience(moment)))
            self._mark(moment)

    async def _told(self) -> Message:
        told = await self.on_call.see(self._named(), self._patience(Moment.TOLD))
        self._mark(Moment.TOLD, told)
        return told

    async def _acknowledged(self, told: Message) -> None:
        await self.on_call.tap(told, "Ack")
        acked = await self.on_call.see(rf"{self._named()}.*has it since", self._patience(Moment.ACKED))
        self._mark(Moment.ACKED, acked)

    async def _recovery(self) -> None:
        await self._run(Moment.HEALED, self.plot.runs.after, "Try what is possible, part {} [[say Done.]]")
        threshold, moment = float(self.plot.condition.limit.value), Moment.RECOVERED
        await self._waited(moment, self._until(moment, self._measured(lambda rate: rate <= threshold)))
        self._mark(moment)

    async def _resolved(self, told: Message) -> None:
        wanted, view, name = self.plot.alert.labels, self.view, self.plot.alert.name
        calm = view.until(lambda: not view.states(wanted), self._patience(Moment.CALM))
        await self._waited(Moment.CALM, calm)
        self._mark(Moment.CALM)
        over = await self.on_call.see(self._named(first="Resolved"), self._patience(Moment.RESOLVED))
        if over["message_id"] != told["message_id"]:
            raise Stuck("the incident was resolved in another message than the one that told of it.")
        find = finder(named_after_alerts=self.plot.named_after_alerts)
        newest = find(await self.on_call.messages(), name)
        if newest is None or not is_over(newest):
            raise Stuck("a newer message says that it is not over.")
        self._mark(Moment.RESOLVED, over)

    def _named(self, first: str = "") -> str:
        """A pattern for the incident's message: its first line names the alert; in a group of several, any line may."""
        begin = rf"\A[^\n]*{first}"
        if self.plot.named_after_alerts:
            return rf"{begin}[^\n]*\b{self.plot.alert.name}\b"
        return begin if first else rf"{begin}.*\b{self.plot.alert.name}\b"

    def _patience(self, moment: Moment) -> float:
        return self.plot.patience.for_(moment)

    async def _waited(self, moment: Moment, waiting: Awaitable[bool]) -> None:
        if not await waiting:
            raise Stuck(f"after {self._patience(moment):.0f} s it was not so: {moment}.")

    def _mark(self, moment: Moment, message: Message | None = None) -> None:
        before, self._last = self._last, time.monotonic() - self._began
        self.seen[moment] = self._last
        self.saw(Seen(moment, self._last, self._last - before, message))

    def _mark_beside(self, moment: Moment, since: float, message: Message) -> None:
        self.seen[moment] = time.monotonic() - self._began
        self.saw(Seen(moment, self.seen[moment], self.seen[moment] - since, message))

    async def _until(self, moment: Moment, holds: Callable[[], Awaitable[bool]]) -> bool:
        end = time.monotonic() + self._patience(moment)
        while not await holds():
            if time.monotonic() > end:
                return False
            await asyncio.sleep(PAUSE)
        return True

    def _finished(self, count: int) -> Callable[[], Awaitable[bool]]:
        async def holds() -> bool:
            known = (await self._json("agent", "/health"))["metrics"]
            return sum(int(known[f"{state}_runs"]) for state in _FINISHED) >= count

        return holds

    def _measured(self, wanted: Callable[[float], bool]) -> Callable[[], Awaitable[bool]]:
        async def holds() -> bool:
            found = (await self._json("prometheus", "/api/v1/query", query=self.plot.condition.measured))["data"][
                "result"
            ]
            return bool(found) and wanted(float(found[0]["value"][1]))

        return holds

    async def _json(self, process: str, path: str, **query: str) -> Any:  # noqa: ANN401 - whatever the server says
        where = f"{self.stack.url(process)}{path}"
        async with self.stack.session.get(where, params=query, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            return await answer.json()
