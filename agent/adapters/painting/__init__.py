"""Charts as pictures, drawn by matplotlib in a process of its own."""

from agent.adapters.painting.painter import MISSING, MatplotlibPainter, is_installed

__all__ = ["MISSING", "MatplotlibPainter", "is_installed"]
