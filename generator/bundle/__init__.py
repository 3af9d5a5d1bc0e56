"""The whole bundle: made by the renderers, compared with the disk, written in one go."""

from generator.bundle.contents import OWNED, Bundle, Difference, Drift
from generator.bundle.rendering import RENDERERS, render

__all__ = ["OWNED", "RENDERERS", "Bundle", "Difference", "Drift", "render"]
