"""The edge where YAML becomes domain objects: reading, structure, meaning, and every problem with its place."""

from generator.spec.load import load, load_text
from generator.spec.problems import Problem, SpecError

__all__ = ["Problem", "SpecError", "load", "load_text"]
