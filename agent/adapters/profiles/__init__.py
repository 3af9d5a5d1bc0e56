"""Profiles: read from a YAML file, or embedded where there is none."""

from agent.adapters.profiles.embedded import embedded_profiles, sandbox_profiles, stands_in
from agent.adapters.profiles.loading import load

__all__ = ["embedded_profiles", "load", "sandbox_profiles", "stands_in"]
