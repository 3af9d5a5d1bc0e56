"""Renders one YAML SLO spec into everything that Prometheus, Alertmanager, Grafana and Argo CD need.

Data flows spec -> domain -> renderers -> bundle -> files; imports point the other way, inward.
"""
