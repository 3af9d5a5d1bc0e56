"""The rendered proof, run with the real programs: promtool for rules, amtool for routing."""

from generator.proof.coverage import SystemCoverage, coverage
from generator.proof.promtool import Failure, Promtool
from generator.proof.routing import Amtool

__all__ = ["Amtool", "Failure", "Promtool", "SystemCoverage", "coverage"]
