"""The methods of the Bot API that the sandbox knows, by lower-case name."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from agent.sandbox.arguments import Arguments
from agent.sandbox.methods import answering, editing, identity, receiving, sending, webhooks
from agent.sandbox.world import World

Method: TypeAlias = Callable[[World, Arguments], Any | Awaitable[Any]]

METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        "getme": identity.get_me,
        "getmycommands": identity.get_my_commands,
        "setmycommands": identity.set_my_commands,
        "getupdates": receiving.get_updates,
        "setwebhook": webhooks.set_webhook,
        "deletewebhook": webhooks.delete_webhook,
        "getwebhookinfo": webhooks.get_webhook_info,
        "sendmessage": sending.send_message,
        "senddocument": sending.send_document,
        "sendphoto": sending.send_photo,
        "sendchataction": sending.send_chat_action,
        "editmessagetext": editing.edit_message_text,
        "editmessagereplymarkup": editing.edit_message_reply_markup,
        "deletemessage": editing.delete_message,
        "answercallbackquery": answering.answer_callback_query,
        "getfile": answering.get_file,
    }
)
