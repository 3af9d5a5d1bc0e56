"""What a test may see: chats as on a phone, calls, taps, files, the state of delivery."""

from aiohttp import web

from agent.sandbox.arguments import Arguments
from agent.sandbox.chats import Chat
from agent.sandbox.control.reading import known_chat, only
from agent.sandbox.control.transcripts import as_entry, as_text
from agent.sandbox.plain import JsonObject
from agent.sandbox.views import as_chat
from agent.sandbox.world import World


def transcript(world: World, arguments: Arguments) -> JsonObject | web.Response:
    """All messages of a chat with all their versions; `format=text` is for people."""
    only(arguments, "chat_id", "format")
    chat = known_chat(world, arguments)
    if arguments.text("format") == "text":
        return web.Response(text=as_text(chat, list(world.callbacks)))
    return {"chat": as_chat(chat), "messages": entries(world, chat)}


def entries(world: World, chat: Chat) -> list[JsonObject]:
    """The messages of a chat, oldest first, deleted ones included."""
    taps = list(world.callbacks)
    return [as_entry(chat, message, taps) for message in chat.messages.values()]


def calls(world: World, arguments: Arguments) -> JsonObject:
    """The calls of the bot: of one method, about one chat, after one number."""
    only(arguments, "method", "chat_id", "after")
    chat_id = arguments.number("chat_id") or None
    chosen = world.calls.chosen(arguments.text("method"), chat_id, arguments.number("after"))
    return {"calls": [call.as_json() for call in chosen]}


def callbacks(world: World, arguments: Arguments) -> JsonObject:
    """All taps and what was answered."""
    only(arguments)
    return {"callbacks": [callback.as_json() for callback in world.callbacks]}


async def file(world: World, arguments: Arguments) -> web.Response:
    """The content of a file that was sent in either direction."""
    only(arguments, "file_id")
    found = world.files.get(arguments.text("file_id"))
    headers = {"Content-Disposition": f'attachment; filename="{found.path.rpartition("/")[2]}"'}
    return web.Response(body=found.content, headers=headers)


def state(world: World) -> JsonObject:
    """The rest, at a glance."""
    now = world.clock.now()
    pending = [update.as_json() for update in world.updates.pending(now)]
    return {
        "now": now,
        "chats": [as_chat(chat) for chat in world.chats],
        "pending_updates": pending,
        "webhook": world.webhook.as_json(len(pending), world.updates.allowed),
        "menus": world.bot.menus,
        "calls": len(list(world.calls)),
    }
