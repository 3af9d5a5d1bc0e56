"""Alertmanager, both ways: what it posts to us, and its API for silences."""

from agent.adapters.alertmanager.client import Alertmanager, NoAlertmanager
from agent.adapters.alertmanager.payload import read_notice

__all__ = ["Alertmanager", "NoAlertmanager", "read_notice"]
