"""What the environment decides: read once, at start, into frozen values, with every problem reported at once."""

from agent.settings.load import load
from agent.settings.model import (
    ROLES,
    SCOPES,
    SEVERITIES,
    AlertHook,
    ApiKey,
    Http,
    Limits,
    OnCall,
    Paths,
    Settings,
    Telegram,
    Updates,
)
from agent.settings.secret import Secret

__all__ = [
    "ROLES",
    "SCOPES",
    "SEVERITIES",
    "AlertHook",
    "ApiKey",
    "Http",
    "Limits",
    "OnCall",
    "Paths",
    "Secret",
    "Settings",
    "Telegram",
    "Updates",
    "load",
]
