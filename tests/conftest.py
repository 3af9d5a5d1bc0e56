"""Hypothesis as a test wants it: the same examples every time, no deadline, nothing left on the disk."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "tocsin", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tocsin")
