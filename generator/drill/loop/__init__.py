"""The whole loop once, with nothing played: runs fail, the alert fires, somebody takes it, and it is resolved."""

from generator.drill.loop.running import HARNESS, Loop

__all__ = ["HARNESS", "Loop"]
