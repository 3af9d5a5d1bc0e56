"""getUpdates: offsets acknowledge, an empty queue is waited for, a second poller ends the first."""

from typing import Final

from agent.sandbox.arguments import Arguments
from agent.sandbox.errors import WEBHOOK_ACTIVE, conflict
from agent.sandbox.methods.allowing import set_allowed
from agent.sandbox.plain import JsonObject
from agent.sandbox.updates import Update
from agent.sandbox.world import World

MAX_HOLD: Final = 50
MAX_BATCH: Final = 100


async def get_updates(world: World, arguments: Arguments) -> list[JsonObject]:
    """The oldest unconfirmed updates, as soon as there are any."""
    if world.webhook.url:
        await _refuse(world, WEBHOOK_ACTIVE)
    set_allowed(world, arguments)
    offset, turn = arguments.number("offset"), world.polling.take_over()
    world.bell.ring()
    limit = min(max(arguments.number("limit", MAX_BATCH), 1), MAX_BATCH)
    if world.polling.hurried(offset, world.clock.now()):
        limit = 1
    until = world.clock.now() + min(max(arguments.number("timeout"), 0), MAX_HOLD)
    batch = await _hold(world, offset, turn, until)
    world.polling.ended(offset, world.clock.now())
    return [update.as_json() for update in batch[:limit]]


async def _hold(world: World, offset: int, turn: int, until: float) -> list[Update]:
    while not (batch := _waiting(world, offset)) and (left := until - world.clock.now()) > 0:
        await world.bell.wait(left)
        if world.polling.turn != turn:
            await _refuse(world, world.polling.reason)
    return batch


def _waiting(world: World, offset: int) -> list[Update]:
    pending = world.updates.pending(world.clock.now())
    if offset < 0 and pending:
        offset = pending[max(len(pending) + offset, 0)].identifier
    if offset > 0:
        world.updates.confirm_below(offset)
    return world.updates.pending(world.clock.now())


async def _refuse(world: World, reason: str) -> None:
    now = world.clock.now()
    await world.clock.sleep_until(now + world.polling.conflict_pause(now))
    raise conflict(reason)
