"""The agent over HTTP: one table of routes, from which routes, checks and the OpenAPI document are made."""

from agent.adapters.http.alert_intake import AlertIntake
from agent.adapters.http.application import application
from agent.adapters.http.desk import Desk
from agent.adapters.http.event_stream import EventStream
from agent.adapters.http.server import serving

__all__ = ["AlertIntake", "Desk", "EventStream", "application", "serving"]
