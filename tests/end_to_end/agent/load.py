"""People and machines who use the agent while it is killed again and again; they remember what was accepted."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from .alertmanager import firing, post
from .stage import Life, Stage
from .talk import Talk

CHATS: Final = 12
PAUSE: Final = 0.2
"""Between two acts; there are four kinds."""

_PROMPTS: Final = (
    "[[say {tag}]]",
    "[[say begun; sleep 0.3; say {tag}]]",
    "[[say begun; fail {tag}]]",
    "[[spawn-child stubborn detached; sleep 0.2; say {tag}]]",
    "[[tool ls; edit notes.md {tag}; say {tag}]]",
)
_QUESTION: Final = "[[needs-approval git push origin {tag}; say {tag}]]"


@dataclass(slots=True)
class Load:
    """One use of the agent.

    Attributes:
        prompts: what was written in chats, by its tag; Telegram has accepted it.
        runs: ids that the API has answered with 202.
        alerts: names whose notification was answered with 200.
        answers: approvals that were answered over the API with 200.
    """

    stage: Stage
    chance: random.Random
    talks: list[Talk]
    life: Life | None = None
    prompts: dict[str, Talk] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    _session: str = ""

    async def go_on(self) -> None:
        """Use it until cancelled."""
        acts: list[Callable[[], object]] = [self._prompt, self._alert, self._ask, self._decide]
        while True:
            for act in acts:
                await act()  # type: ignore[misc]
                await asyncio.sleep(PAUSE * self.chance.random())

    async def _prompt(self) -> None:
        tag = f"T{len(self.prompts)}x"
        number = len(self.prompts) % len(self.talks)
        talk = self.talks[number]
        template = _QUESTION if number % 4 == 0 else self.chance.choice(_PROMPTS)
        self.prompts[tag] = talk
        await talk.says(template.format(tag=tag))

    async def _alert(self) -> None:
        name = f"Alert{len(self.alerts)}y"
        if await self._at_work(lambda life: post(self.stage.session, life.url, firing(name))) == 200:
            self.alerts.append(name)

    async def _ask(self) -> None:
        async def ask(life: Life) -> int:
            if not self._session:
                self._session = (await life.post("/api/sessions", {"project_id": "demo"}))[1]["session_id"]
            status, run = await life.post("/api/runs", {"session_id": self._session, "prompt": "[[say by machine]]"})
            if status == 202:
                self.runs.append(run["run_id"])
            return status

        await self._at_work(ask)

    async def _decide(self) -> None:
        """Half of the questions by text, half over the API; one in four is a no."""
        pending = self.stage.rows("SELECT id, run_id FROM approvals WHERE state = 'pending'")
        if not pending:
            return
        asked = self.chance.choice(pending)
        word = "deny" if self.chance.random() < 0.25 else "approve"
        if self.chance.random() < 0.5:
            chat = self.stage.rows("SELECT chat_id FROM runs WHERE id = ?", asked["run_id"])[0]["chat_id"]
            await next(each for each in self.talks if each.chat_id == chat).says(f"/{word} {asked['id']}")
            return

        async def decide(life: Life) -> int:
            status, _ = await life.post(f"/api/approvals/{word}", {"approval_id": asked["id"]})
            if status == 200:
                self.answers.append(asked["id"])
            return status

        await self._at_work(decide)

    async def _at_work(self, act: Callable[[Life], object]) -> int:
        """The status, or 0 when nobody was there or the connection was cut: then nothing was promised."""
        if self.life is None:
            return 0
        with suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
            return await asyncio.wait_for(act(self.life), 5)  # type: ignore[arg-type]
        return 0


async def opened(stage: Stage, chance: random.Random) -> Load:
    """The chats with their sessions; every fourth of them uses a profile whose tools ask."""
    talks = [stage.talk() for _ in range(CHATS)]
    for number, talk in enumerate(talks):
        await talk.opens("claude" if number % 4 == 0 else "default")
    return Load(stage, chance, talks)
