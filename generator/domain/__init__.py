"""What the bundle is about, without files, YAML or programs: metrics, conditions, objectives, alerts, rules.

Everything here is frozen data and pure functions on the standard library alone.
"""
