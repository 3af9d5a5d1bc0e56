"""The restart and reconnect gate."""
from generator.drill.chaos.gate import run
__all__ = ["run"]
