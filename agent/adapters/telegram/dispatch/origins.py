"""What came of which message: the run of a prompt, and the session of a button. The newest few hundred are remembered.

A message may be edited after its run was queued, and a button be tapped twice before it has gone.
"""

import json
from typing import Final

from agent.adapters.telegram.dispatch.asking import Ask
from agent.domain.run import Run
from agent.domain.session import Session
from agent.ports import Records
from agent.services.journal import Writing

_KEY: Final = "telegram.origins"
REMEMBERED: Final = 200


async def remember_run(writing: Writing, ask: Ask, run: Run) -> None:
    """The run came of the message that asks."""
    await _remember(writing, _message(ask), run.id)


async def run_of(records: Records, ask: Ask) -> Run | None:
    """What came of the message that was changed, or None when it was no prompt, or one of long ago."""
    run_id = (await _known(records)).get(_message(ask), "")
    return await records.runs.get(run_id) if run_id else None


async def remember_session(writing: Writing, ask: Ask, session: Session) -> None:
    """The session came of the button that was tapped, if one was."""
    if ask.tapped:
        await _remember(writing, _button(ask, session.project_id), session.id)


async def session_of(records: Records, ask: Ask, project: str) -> Session | None:
    """The open session that came of the same button before, or None."""
    session_id = (await _known(records)).get(_button(ask, project), "") if ask.tapped else ""
    session = await records.sessions.get(session_id) if session_id else None
    return session if session is not None and session.is_open else None


async def _remember(writing: Writing, name: str, what: str) -> None:
    newest = list({**await _known(writing.records), name: what}.items())[-REMEMBERED:]
    await writing.records.controls.keep(_KEY, json.dumps(dict(newest)))


async def _known(records: Records) -> dict[str, str]:
    return dict(json.loads(await records.controls.value(_KEY) or "{}"))


def _message(ask: Ask) -> str:
    return f"{ask.chat_id}:{ask.message_id}"


def _button(ask: Ask, project: str) -> str:
    return f"{ask.chat_id}:{ask.tapped}:{project}"
