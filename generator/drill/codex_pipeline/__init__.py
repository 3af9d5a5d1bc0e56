"""The validation that the Codex pipeline's runbook asks for, on a real JetStream stream."""

from generator.drill.codex_pipeline.validation import NAME, run

__all__ = ["NAME", "run"]
