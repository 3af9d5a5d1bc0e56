"""The whole bundle: made by the renderers, compared with the disk, written in one go."""

from generator.bundle.contents import OWNED, Bundle, Difference, Drift
from generator.bundle.outputs import DEFAULT, Output
from generator.bundle.rendering import RENDERERS, render

__all__ = ["DEFAULT", "OWNED", "RENDERERS", "Bundle", "Difference", "Drift", "Output", "render"]
