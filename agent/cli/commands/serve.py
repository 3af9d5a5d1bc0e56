"""`tocsin-agent`: be the agent, with a real bot or in the sandbox."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Mapping

from agent.app.console import chat
from agent.app.sandbox import PERSON, Sandboxed, sandboxed
from agent.app.service import serve, until_signalled
from agent.cli.files import everything
from agent.errors import SettingsError


async def run(arguments: Namespace, environment: Mapping[str, str]) -> int:
    """Until SIGTERM or SIGINT; in the sandbox on a terminal also until the end of input."""
    stop = until_signalled()
    if not arguments.sandbox:
        if arguments.sandbox_control:
            raise SettingsError(("--sandbox-control: there is no sandbox; add --sandbox, or leave it out",))
        settings = everything(environment)
        await serve(settings, lambda url: print(f"The agent is at work: {url}", flush=True), stop, _mourn)
        return 0
    async with sandboxed(environment, arguments.sandbox_control) as place:
        if sys.stdin.isatty():
            chatting = asyncio.create_task(chat(place.url, PERSON))
            chatting.add_done_callback(lambda _: stop.set())
        await serve(place.settings, lambda url: _welcome(place, url), stop, _mourn)
    return 0


def _mourn(url: str) -> None:
    print(f"The agent serves only its health: the database is damaged: {url}", flush=True)


def _welcome(place: Sandboxed, url: str) -> None:
    noted = place.note(url)
    print(
        f"The agent is at work in the sandbox: no message leaves this machine.\n"
        f"  API       {url}/health/ready  {url}/metrics  {url}/openapi.json\n"
        f"  Telegram  {place.control}/sim/transcript?chat_id={PERSON}&format=text\n"
        f"  write     curl -d 'chat_id={PERSON}&text=/new demo' {place.control}/sim/message\n"
        f"  noted in  {noted}",
        flush=True,
    )
