"""The stack while it runs: everything up, in order, or nothing; everything down again, whatever happens."""

import asyncio
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

import aiohttp

from generator.drill.stack import configuration, programs, way_out
from generator.drill.stack.awakening import load_rules, patience, until_scraped
from generator.drill.stack.claim import TakenError, claimed
from generator.drill.stack.health import Tell, until_ready
from generator.drill.stack.plan import Places, Plan
from generator.drill.stack.process import Process
from generator.drill.stack.programs import Programs
from generator.drill.stack.project import make_project
from generator.drill.stack.record import Member, Record, this_process
from generator.errors import TocsinError

_READY = {
    "exporter": "/control/state",
    "telegram": "/sim/state",
    "agent": "/health/ready",
    "alertmanager": "/-/ready",
    "prometheus": "/-/ready",
}
"""In the order in which they start: who is told comes before who tells."""

_HISTORY = ("agent", "alertmanager", "prometheus")


class Stack:
    """All processes, for the length of a `with` block.

    Args:
        plan: what is to run.
        found: the installed programs.
        tell: hears of progress.

    Attributes:
        session: an HTTP client, for whoever works with the stack.
        token: what Alertmanager shows to the agent.
    """

    def __init__(self, plan: Plan, found: Programs, tell: Tell) -> None:
        self.plan = plan
        self.session: aiohttp.ClientSession
        self.token = secrets.token_urlsafe(32)
        self._found = found
        self._tell = tell
        self._processes: dict[str, Process] = {}
        self._claim = ExitStack()
        self._addresses: dict[str, str] = {}
        self._ready = False

    async def __aenter__(self) -> Self:
        self._claim.enter_context(_alone(self.plan.places))
        self.session = aiohttp.ClientSession()
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    @property
    def versions(self) -> str:
        """The installed programs, for a report."""
        return f"Prometheus {self._found.prometheus.version}, Alertmanager {self._found.alertmanager.version}"

    def has(self, name: str) -> bool:
        """Whether there is a process of that name."""
        return name in self._processes

    def process(self, name: str) -> Process:
        """The process of that name."""
        return self._processes[name]

    def url(self, name: str) -> str:
        """The base URL of the process of that name."""
        return self.plan.addresses.url(name)

    async def restart(self, name: str) -> None:
        """Start one again that was killed or stopped, and wait until it is ready."""
        await self._processes[name].start()
        self._write_record()
        await until_ready(self._processes[name], f"{self.url(name)}{_READY[name]}", self.session)

    async def one_ends(self) -> str:
        """Returns with the name of the first process that ends by itself."""
        waits = {asyncio.create_task(each.ended()): name for name, each in self._processes.items()}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
        return waits[next(iter(done))]

    async def _start(self) -> None:
        planned = self._planned()
        self._addresses = {process.name: self.url(process.name) for process in planned}
        self._write_record()
        self._tell("rendering the bundle")
        for name in ("bundle", *(_HISTORY if self.plan.forgetful else ())):
            shutil.rmtree(self.plan.places.of(name), ignore_errors=True)
        configuration.write(self.plan, self.token)
        way_out.wire(self.plan)
        self.plan.places.logs.mkdir(parents=True, exist_ok=True)
        if self.plan.with_agent:
            make_project(self.plan.places.of("agent"))
        for process in planned:
            self._processes[process.name] = process
            self._tell(f"starting {process.name}")
            await process.start()
            self._write_record()
            await until_ready(process, f"{self.url(process.name)}{_READY[process.name]}", self.session)
        await self._wake()
        self._ready = True
        self._write_record()

    async def _wake(self) -> None:
        service, prometheus, url = self.plan.service, self._processes["prometheus"], self.url("prometheus")
        within = patience(service)
        self._tell(f"waiting for the first scrape of every job, up to {within:.0f} s")
        await until_scraped(url, configuration.all_jobs(service), prometheus, self.session, within)
        await load_rules(self.plan.places.bundle / configuration.PROMETHEUS, prometheus, url, self.session)

    def _planned(self) -> tuple[Process, ...]:
        plan, found = self.plan, self._found
        simulated = (programs.telegram(plan),) if plan.with_agent and not plan.telegram_is_real else ()
        return (
            programs.exporter(plan),
            *simulated,
            *((programs.agent(plan, self.token),) if plan.with_agent else ()),
            programs.alertmanager(plan, found.alertmanager),
            programs.prometheus(plan, found.prometheus),
        )

    def _write_record(self) -> None:
        members = [Member.of(name, process.pid) for name, process in self._processes.items()]
        record = Record(this_process("tocsin"), members, self._addresses, self._ready)
        record.write(self.plan.places.record)

    async def _stop(self) -> None:
        """In the opposite order: who tells falls silent before who is told. A second Ctrl-C must not leave a half."""
        await asyncio.shield(self._stop_all())

    async def _stop_all(self) -> None:
        with self._claim:
            for process in reversed(self._processes.values()):
                self._tell(f"stopping {process.name}")
                await process.stop()
            await self.session.close()
            self.plan.places.record.unlink(missing_ok=True)


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Hold the stack's folder.

    Raises:
        TocsinError: when another stack is there, or what a killed one has left.
    """
    try:
        with claimed(places.root):
            _refuse_company(places, Record.read(places.record))
            yield
    except TakenError as taken:
        _refuse_company(places, Record.read(places.record))
        raise TocsinError(f"{taken}; `tocsin status` tells more; or choose another --data") from None


def _refuse_company(places: Places, found: Record | None) -> None:
    if found is not None and found.living:
        raise TocsinError(
            f"a stack already runs in {places.root}: {found.people_know_them_as}; "
            "`tocsin down` ends it; or choose another --data"
        )
