"""The restart and reconnect gate: what must survive when parts of the way are killed, cut off or refused."""

from generator.drill.chaos.gate import HARNESS, run

__all__ = ["HARNESS", "run"]
