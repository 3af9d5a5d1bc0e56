"""Profiles: read from a YAML file, or embedded where there is none."""

from agent.adapters.profiles.embedded import embedded_profiles, sandbox_profiles
from agent.adapters.profiles.loading import load

__all__ = ["embedded_profiles", "load", "sandbox_profiles"]
