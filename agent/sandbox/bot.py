"""Who the bot is: its token, its name and its command menus."""

import re
from dataclasses import dataclass, field
from typing import Final

from agent.sandbox.plain import JsonObject

DEFAULT_TOKEN: Final = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"  # noqa: S105 - opens nothing but this sandbox
TOKEN_SHAPE: Final = re.compile(r"\d+:[\w-]{30,}")


@dataclass(slots=True)
class Bot:
    """The only bot of this server."""

    token: str
    menus: dict[str, list[JsonObject]] = field(default_factory=dict)

    def as_user(self) -> JsonObject:
        """The sender of everything it sends."""
        identifier = int(self.token.partition(":")[0])
        return {"id": identifier, "is_bot": True, "first_name": "Tocsin", "username": "tocsin_sandbox_bot"}

    def as_me(self) -> JsonObject:
        """The answer to getMe."""
        abilities = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return self.as_user() | abilities | {"can_connect_to_business": False, "has_main_web_app": False}
