"""The connection to the Bot API: one bot with bounded timeouts, and the second client that only polls."""

import os
from dataclasses import dataclass
from typing import Final

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest

from agent.settings.model import Telegram

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 10.0
UPLOAD_SECONDS: Final = 30.0
_SENDERS: Final = 32

os.environ["PTB_TIMEDELTA"] = "true"  # one type for durations, whatever the version of python-telegram-bot


@dataclass(frozen=True, slots=True, repr=False)  # the bot's own repr shows the token
class Connection:
    """A bot that can be used at once: it says nothing until it is asked to, so it starts while Telegram is away.

    Attributes:
        poller: the client for getUpdates alone, so that a held poll never keeps a message waiting.
    """

    bot: Bot
    sender: HTTPXRequest
    poller: HTTPXRequest

    async def close(self) -> None:
        """Give the connections back."""
        await self.sender.shutdown()
        await self.poller.shutdown()


def connect(settings: Telegram) -> Connection:
    """A connection as the settings say."""
    local = settings.base_url.startswith("http://")  # the sandbox; loading certificates would cost start-up time
    verify = False if local else httpx.create_ssl_context()
    sender, poller = _client(verify, _SENDERS), _client(verify, 1)
    bot = Bot(
        settings.token.reveal(),
        base_url=settings.base_url,
        base_file_url=_files(settings.base_url),
        request=sender,
        get_updates_request=poller,
    )
    return Connection(bot, sender, poller)


def _client(verify: object, size: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=size,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        write_timeout=ANSWER_SECONDS,
        pool_timeout=CONNECT_SECONDS,
        media_write_timeout=UPLOAD_SECONDS,
        httpx_kwargs={"verify": verify},
    )


def _files(base_url: str) -> str:
    return f"{base_url.removesuffix('/bot')}/file/bot"
