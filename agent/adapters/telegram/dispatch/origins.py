"""Which run came of which message: the newest few hundred are remembered, for what happens to a message later."""

import json
from typing import Final

from agent.adapters.telegram.dispatch.asking import Ask
from agent.domain.run import Run
from agent.ports import Records
from agent.services.journal import Writing

_KEY: Final = "telegram.origins"
REMEMBERED: Final = 200


async def remember(writing: Writing, ask: Ask, run: Run) -> None:
    """The run came of the message that asks."""
    known = await _known(writing.records)
    newest = dict(list({**known, _name(ask): run.id}.items())[-REMEMBERED:])
    await writing.records.controls.keep(_KEY, json.dumps(newest))


async def run_of(records: Records, ask: Ask) -> Run | None:
    """What came of the message that was changed, or None when it was no prompt, or one of long ago."""
    run_id = (await _known(records)).get(_name(ask), "")
    return await records.runs.get(run_id) if run_id else None


async def _known(records: Records) -> dict[str, str]:
    return dict(json.loads(await records.controls.value(_KEY) or "{}"))


def _name(ask: Ask) -> str:
    return f"{ask.chat_id}:{ask.message_id}"
