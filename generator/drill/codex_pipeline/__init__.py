"""The validation that the Codex pipeline's runbook asks for, on a real JetStream stream where one can be had."""

from generator.drill.codex_pipeline.broker import MISSING, is_installed
from generator.drill.codex_pipeline.validation import NAME, run

__all__ = ["MISSING", "NAME", "is_installed", "run"]
