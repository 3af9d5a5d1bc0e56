"""What every scenario acts on: the running stack, the chat, and one alert that can be let loose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from generator.drill.chaos.telegram import Telegram
from generator.drill.expectation import SLACK, expectation
from generator.drill.grouping import is_named_after_alerts
from generator.drill.rehearsal import Bench, Stuck
from generator.drill.report.writing import Log
from generator.drill.stack import Stack
from generator.drill.subject import Subject
from generator.drill.watching.chat import finder, is_over

_TIMEOUT = aiohttp.ClientTimeout(total=5)


@dataclass(frozen=True, slots=True)
class Scene:
    """The place of a scenario.

    Attributes:
        subject: the alert that is let loose where one is needed.
        log: of this scenario.
    """

    bench: Bench
    stack: Stack
    telegram: Telegram
    subject: Subject
    log: Log

    async def breach(self) -> None:
        """Let the alert loose."""
        await self.bench.control.breach(self.subject.name)
        self.log.say(f"{self.subject.name} breached")

    async def heal(self) -> None:
        """Let it be healthy again."""
        await self.bench.control.heal(self.subject.name)
        self.log.say(f"{self.subject.name} healed")

    async def routed(self) -> None:
        """Wait until Alertmanager has the alert."""
        promised = expectation(self.bench.service, self.subject).told
        wanted, view = self.subject.labels, self.bench.view
        if not await view.until(lambda: view.is_routed(wanted), promised + SLACK):
            raise Stuck("Alertmanager never had the alert.")
        self.log.say("Alertmanager has it")

    async def told(self) -> None:
        """Wait until the chat says that it fires."""
        promised = expectation(self.bench.service, self.subject).told
        if not await self.bench.receiver.wait_for_message(self.subject, promised + SLACK):
            raise Stuck("the alert was not told in the chat.")
        self.log.say("told in the chat")

    async def resolved(self) -> None:
        """Wait until the chat says that it is over."""
        promised = expectation(self.bench.service, self.subject).resolved
        if not await self.bench.receiver.wait_for_resolved(self.subject, promised + SLACK):
            raise Stuck("the alert's end was not told in the chat.")
        self.log.say("told to be resolved")

    async def told_once(self, before: Mapping[int, int]) -> None:
        """Refuse a second message about the same incident, and one that had said in between that it was over.

        What fires again soon after it has ended is told in the message that is there already, so an edit counts too, or
        in a new one, to which the old one then points.

        Args:
            before: how many versions each message had before the alert was let loose.
        """
        about = finder(named_after_alerts=is_named_after_alerts(self.bench.service))
        told = [_since(each, before) for each in await self.telegram.messages()]
        mine = [each for each in told if _goes_on(each) and about([each], self.subject.name)]
        if len(mine) != 1:
            raise Stuck(f"{len(mine)} messages are about the one incident.")
        if any(is_over(version) for version in mine[0]["versions"]):
            raise Stuck("the chat said that it was over while it was not.")
        self.log.say("told once, and never as resolved")

    async def versions(self) -> dict[int, int]:
        """How many versions each message of the chat has."""
        return {each["message_id"]: len(each["versions"]) for each in await self.telegram.messages()}

    async def newest(self) -> int:
        """The number of the newest message in the chat."""
        return max((each["message_id"] for each in await self.telegram.messages()), default=0)

    async def crash(self, name: str) -> None:
        """`kill -9`."""
        await self.stack.process(name).kill()
        self.log.say(f"{name} killed with -9")

    async def restart(self, name: str) -> None:
        """Start it again and wait until it is ready."""
        await self.stack.restart(name)
        self.log.say(f"{name} is back")

    async def runs(self) -> dict[str, int]:
        """How many runs the agent knows, by state."""
        async with self.stack.session.get(f"{self.stack.url('agent')}/health", timeout=_TIMEOUT) as answer:
            return dict((await answer.json())["metrics"])


def _goes_on(message: Mapping[str, Any]) -> bool:
    """Whether it has changed into something that somebody can act upon: what only points to another has no buttons."""
    return bool(message["versions"]) and bool(message["versions"][-1]["buttons"])


def _since(message: Mapping[str, Any], before: Mapping[int, int]) -> dict[str, Any]:
    """The message with those of its versions that are new."""
    return {**message, "versions": message["versions"][before.get(message["message_id"], 0) :]}
