"""What the actions of `/sim/` have in common: known keys only, users, chats."""

from agent.sandbox.arguments import Arguments
from agent.sandbox.chats import Chat
from agent.sandbox.errors import bad_request
from agent.sandbox.plain import JsonObject
from agent.sandbox.world import World


def only(arguments: Arguments, *names: str) -> None:
    """Refuse misspelt keys, which would otherwise be silently without effect."""
    unknown = sorted(set(arguments.values) - set(names))
    if unknown:
        raise bad_request(f"unknown {', '.join(unknown)}; known: {', '.join(names)}")


def chat_id_of(arguments: Arguments) -> int:
    """The chat that is meant."""
    if not arguments.has("chat_id"):
        raise bad_request("chat_id is missing")
    return arguments.number("chat_id")


def known_chat(world: World, arguments: Arguments) -> Chat:
    """The chat that is meant; it must exist."""
    chat = world.chats.find(chat_id_of(arguments))
    if chat is None:
        raise bad_request("no such chat")
    return chat


def user_of(world: World, arguments: Arguments) -> JsonObject:
    """The person who acts: an identifier, a whole `User`, or in a private chat the only one there is.

    Whoever was introduced once keeps the name.
    """
    given = arguments.nested("user")
    if isinstance(given, int):
        given = {"id": given}
    if not isinstance(given, dict):
        given = {"id": abs(chat_id_of(arguments))}
    stranger: JsonObject = {"is_bot": False, "first_name": f"User {given.get('id')}", "language_code": "en"}
    person = world.people.get(given.get("id"), stranger) | given
    world.people[given.get("id")] = person
    return person
