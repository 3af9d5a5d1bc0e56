"""answerCallbackQuery and getFile: what a bot does with what it received."""

from agent.sandbox.arguments import Arguments
from agent.sandbox.errors import Refusal, bad_request
from agent.sandbox.files import MAX_DOWNLOAD
from agent.sandbox.plain import JsonObject
from agent.sandbox.world import World


def answer_callback_query(world: World, arguments: Arguments) -> bool:
    """Stop the spinner on a tapped button, once and in time."""
    identifier, text = arguments.text("callback_query_id"), arguments.text("text")
    world.callbacks.answer(identifier, text, alert=arguments.flag("show_alert"), now=world.clock.now())
    world.bell.ring()
    return True


def get_file(world: World, arguments: Arguments) -> JsonObject:
    """Where to download a file of up to 20 MB."""
    try:
        file = world.files.get(arguments.text("file_id"))
    except Refusal:
        raise bad_request("invalid file_id") from None
    if file.size > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return file.as_file() | {"file_path": file.path}
