"""The restart and reconnect gate: what must survive when parts of the way are killed, cut off or refused."""

from generator.drill.chaos.gate import HARNESS, run
from generator.drill.chaos.scenarios import Scenario, named

__all__ = ["HARNESS", "Scenario", "named", "run"]
