"""Telegram: updates in, messages out, and the words and commands of the conversation."""

from agent.adapters.telegram.asides import Asides
from agent.adapters.telegram.chat import TelegramChat
from agent.adapters.telegram.connection import Connection, connect
from agent.adapters.telegram.intake import Intake
from agent.adapters.telegram.polling import Polling
from agent.adapters.telegram.presenter import TelegramPresenter
from agent.adapters.telegram.webhook import Registration, Webhook

__all__ = [
    "Asides",
    "Connection",
    "Intake",
    "Polling",
    "Registration",
    "TelegramChat",
    "TelegramPresenter",
    "Webhook",
    "connect",
]
