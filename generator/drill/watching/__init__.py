"""Eyes on the way of an alert: Prometheus, Alertmanager, and whoever is told at the end."""
