"""Prometheus, Alertmanager, the agent and the stand-in as processes of this machine, started and ended together."""

from generator.drill.stack.plan import Addresses, Places, Plan
from generator.drill.stack.running import Stack

__all__ = ["Addresses", "Places", "Plan", "Stack"]
