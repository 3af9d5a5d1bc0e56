"""setWebhook, deleteWebhook, getWebhookInfo."""

import re
from typing import Final
from urllib.parse import urlsplit

from agent.sandbox.arguments import Arguments
from agent.sandbox.errors import WEBHOOK_SET_NOW, bad_request
from agent.sandbox.methods.allowing import set_allowed
from agent.sandbox.plain import JsonObject
from agent.sandbox.webhook import USUAL_CONNECTIONS, Webhook
from agent.sandbox.world import World

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]*")
_MAX_SECRET: Final = 256
_MAX_CONNECTIONS: Final = 100


def set_webhook(world: World, arguments: Arguments) -> bool:
    """Push updates from now on; whoever polls is told. Plain HTTP is allowed: this is a local server."""
    url = arguments.text("url")
    if not url:
        return delete_webhook(world, arguments)
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise bad_request("bad webhook: invalid URL specified")
    connections = arguments.number("max_connections", USUAL_CONNECTIONS)
    world.webhook = Webhook(url, _secret(arguments), min(max(connections, 1), _MAX_CONNECTIONS))
    set_allowed(world, arguments)
    world.polling.take_over(WEBHOOK_SET_NOW)
    _drop(world, arguments)
    return True


def delete_webhook(world: World, arguments: Arguments) -> bool:
    """Stop pushing."""
    world.webhook = Webhook()
    _drop(world, arguments)
    return True


def get_webhook_info(world: World, _: Arguments) -> JsonObject:
    """How pushing goes."""
    return world.webhook.as_json(len(world.updates.pending(world.clock.now())), world.updates.allowed)


def _secret(arguments: Arguments) -> str:
    secret = arguments.text("secret_token")
    if len(secret) > _MAX_SECRET:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    return secret


def _drop(world: World, arguments: Arguments) -> None:
    if arguments.flag("drop_pending_updates"):
        world.updates.forget()
    world.bell.ring()
