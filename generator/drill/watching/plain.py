"""A plain webhook in the agent's place: it takes notifications, checks their token, and remembers what is firing.

Source of the payload: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

import asyncio
import contextlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from generator.drill.stack.configuration import WEBHOOK
from generator.drill.stack.ports import LOOPBACK
from generator.drill.subject import Labels, Subject
from generator.drill.watching.views import carries, strings

_LARGEST = 16 * 1024 * 1024


class PlainReceiver:
    """Remembers the newest state of every alert that it was told of.

    Args:
        token: what a notification has to show.
        tell: hears one line per alert of every notification.
    """

    def __init__(self, token: str, tell: Callable[[str], None] = lambda _: None) -> None:
        self._token = token
        self._tell = tell
        self._states: dict[tuple[tuple[str, str], ...], str] = {}
        self._changed = asyncio.Condition()

    @property
    def kind(self) -> str:
        """For the report."""
        return "a plain webhook"

    @property
    def pace(self) -> float:
        """It takes any number at once."""
        return 0.0

    async def wait_for_message(self, subject: Subject, patience: float) -> bool:
        """Whether a notification says that it fires."""
        return await self._until(lambda: "firing" in self._of(subject.labels), patience)

    async def wait_for_resolved(self, subject: Subject, patience: float) -> bool:
        """Whether all that fired of it has been told to be resolved."""
        return await self._until(lambda: self._of(subject.labels) == {"resolved"}, patience)

    def _of(self, wanted: Labels) -> set[str]:
        return {state for labels, state in self._states.items() if carries(dict(labels), wanted)}

    async def _until(self, holds: Callable[[], bool], patience: float) -> bool:
        async with self._changed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait_for(holds), patience)
            return holds()

    async def take(self, request: web.Request) -> web.Response:
        """`POST /webhooks/alertmanager`."""
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {self._token}".encode()):
            raise web.HTTPUnauthorized
        try:
            alerts = json.loads(await request.text())["alerts"]
            found = [(strings(each["labels"]), str(each["status"])) for each in alerts]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise web.HTTPBadRequest(text="not a notification of Alertmanager\n") from None
        async with self._changed:
            for labels, state in found:
                self._states[tuple(sorted(labels.items()))] = state
                self._tell(f"{state:8} {labels.get('severity', ''):8} {labels.get('alertname', '')}")
            self._changed.notify_all()
        return web.Response()


@asynccontextmanager
async def listening(receiver: PlainReceiver, port: int) -> AsyncIterator[None]:
    """The receiver on a port, for the length of the block."""
    made = web.Application(client_max_size=_LARGEST)
    made.router.add_post(WEBHOOK, receiver.take)
    runner = web.AppRunner(made, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
        yield
    finally:
        await runner.cleanup()
