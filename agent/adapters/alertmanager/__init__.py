"""Alertmanager, both ways: what it posts to us, and its API for silences."""

from agent.adapters.alertmanager.client import Access, Alertmanager, NoAlertmanager
from agent.adapters.alertmanager.payload import read_notice

__all__ = ["Access", "Alertmanager", "NoAlertmanager", "read_notice"]
