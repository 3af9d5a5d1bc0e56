"""Delivers updates to the webhook, one after the other, until each is taken or too old."""

from typing import Final

import aiohttp

from agent.sandbox.updates import Update
from agent.sandbox.webhook import SECRET_HEADER, Webhook
from agent.sandbox.world import World

_PATIENCE: Final = aiohttp.ClientTimeout(total=60)
_IDLE: Final = 60.0


class Pusher:
    """The connection to the webhook."""

    def __init__(self, world: World, session: aiohttp.ClientSession) -> None:
        self._world = world
        self._session = session

    async def run(self) -> None:
        """Push for ever; whatever cannot be pushed now is tried again later."""
        while True:
            hook, now = self._world.webhook, self._world.clock.now()
            pending = self._world.updates.pending(now) if hook.url else []
            outage = self._world.faults.outage(now)
            if outage or not pending or hook.due > now:
                await self._world.bell.wait(hook.due - now if hook.due > now and pending else _IDLE)
            else:
                await self._attempt(hook, pending[0])

    async def _attempt(self, hook: Webhook, update: Update) -> None:
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        request = self._session.post(hook.url, json=update.as_json(), headers=headers, timeout=_PATIENCE)
        try:
            async with request as answer:
                self._judge(hook, update, answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            hook.failed(_reason(error), self._world.clock.now())
        self._world.bell.ring()

    def _judge(self, hook: Webhook, update: Update, answer: aiohttp.ClientResponse) -> None:
        if answer.ok:
            hook.succeeded()
            self._world.updates.confirm_below(update.identifier + 1)
            return
        why = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        hook.failed(why, self._world.clock.now(), answer.headers.get("Retry-After"))


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "Connection timed out"
    return "Connection refused" if isinstance(error, aiohttp.ClientConnectorError) else "Connection closed"
