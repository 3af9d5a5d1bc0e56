"""What may start runs without a person in the chat: prompts over HTTP, which can be switched off under pressure."""

from enum import StrEnum

from agent.errors import Conflict
from agent.ports import Records
from agent.services.journal import Writing


class Trigger(StrEnum):
    """The only one there is; people in the chat are no trigger, they have `/mode` and `/halt`."""

    API = "api"


class Triggers:
    """Switched off ones refuse new runs; what is queued or at work goes on."""

    async def is_enabled(self, records: Records, trigger: Trigger) -> bool:
        """Whether it starts runs; it does unless somebody has switched it off."""
        return await records.controls.value(_key(trigger)) != "off"

    async def switch(self, writing: Writing, trigger: Trigger, *, on: bool, by: int) -> None:
        """From now on."""
        word = "on" if on else "off"
        await writing.records.controls.keep(_key(trigger), word)
        await writing.audit(by, "containment.trigger", trigger, word)

    async def require(self, writing: Writing, trigger: Trigger) -> None:
        """`Conflict` while it is switched off."""
        if not await self.is_enabled(writing.records, trigger):
            raise Conflict(
                f"The trigger {trigger} is disabled; PATCH /api/v1/agents/triggers/{trigger} with is_enabled: true."
            )


def _key(trigger: Trigger) -> str:
    return f"trigger.{trigger}"
