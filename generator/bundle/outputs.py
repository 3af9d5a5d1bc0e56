"""The forms in which the bundle comes, chosen by `tocsin render --output`."""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Output(StrEnum):
    """One form of the bundle."""

    PLAIN = "plain"
    MIMIR = "mimir"
    KUBERNETES = "kubernetes"
    GRAFANA_OPERATOR = "grafana-operator"
    ARGOCD = "argocd"


FOLDERS: Mapping[Output, Sequence[str]] = {
    Output.PLAIN: (
        "monitoring/prometheus",
        "monitoring/alertmanager",
        "monitoring/grafana",
        "monitoring/runbooks",
    ),
    Output.MIMIR: ("monitoring/mimir",),
    Output.KUBERNETES: ("kubernetes",),
    Output.GRAFANA_OPERATOR: ("grafana-operator",),
    Output.ARGOCD: ("argocd",),
}
"""Where each form goes; in these folders every file is rendered."""

MEANING: Mapping[Output, str] = {
    Output.PLAIN: "Prometheus, Alertmanager, Grafana provisioning, runbooks",
    Output.MIMIR: "files for `mimirtool rules sync`",
    Output.KUBERNETES: "PrometheusRule objects, dashboard ConfigMaps, for `kubectl apply --server-side -k kubernetes`",
    Output.GRAFANA_OPERATOR: "GrafanaDashboard objects, for `kubectl apply --server-side -k grafana-operator`",
    Output.ARGOCD: "the root application and all that it syncs",
}

DEFAULT: Sequence[Output] = (Output.PLAIN, Output.MIMIR, Output.ARGOCD)
"""What is rendered when nobody chooses, and what is committed."""
