"""getMe and the command menu."""

import json
import re
from typing import Any, Final

from agent.sandbox.arguments import Arguments
from agent.sandbox.errors import bad_request
from agent.sandbox.plain import JsonObject
from agent.sandbox.world import World

_NAME: Final = re.compile(r"[a-z0-9_]{1,32}")
_MAX_COMMANDS: Final = 100
_MAX_DESCRIPTION: Final = 256


def get_me(world: World, _: Arguments) -> JsonObject:
    """Who the bot is."""
    return world.bot.as_me()


def get_my_commands(world: World, arguments: Arguments) -> list[JsonObject]:
    """The menu of one scope and language."""
    return world.bot.menus.get(_scope(arguments), [])


def set_my_commands(world: World, arguments: Arguments) -> bool:
    """Replace that menu."""
    commands = arguments.nested("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(commands) > _MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.bot.menus[_scope(arguments)] = [_command(command) for command in commands]
    return True


def _scope(arguments: Arguments) -> str:
    scope = arguments.nested("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True) + arguments.text("language_code")


def _command(command: Any) -> JsonObject:  # noqa: ANN401 - not checked yet
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = str(command.get("command", "")).lstrip("/"), str(command.get("description", ""))
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= _MAX_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}
