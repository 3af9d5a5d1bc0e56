"""Grafana's data source as a ConfigMap for its sidecar: the uid that the dashboards ask for, and where it leads."""

from generator.artifact import HEADER
from generator.domain.deployment import Deployment, RuleEngine
from generator.domain.service import Service
from generator.emit import Plain, emit
from generator.renderers.argocd import places
from generator.renderers.argocd.folder import File
from generator.renderers.argocd.objects import config_map
from generator.renderers.argocd.places import inside

NAME = "tocsin-datasource"

_SIDECAR = {"grafana_datasource": "1"}


def data_source(service: Service) -> File:
    """The ConfigMap that a sidecar with `sidecar.datasources` finds."""
    text = emit(provisioning(service), header=HEADER)
    namespace = service.deployment.namespaces.observability
    return File.of(f"{NAME}.yaml", config_map(NAME, namespace, {f"{NAME}.yaml": text}, labels=_SIDECAR))


def provisioning(service: Service) -> Plain:
    """What Grafana reads at its start, or its sidecar from the ConfigMap."""
    settings = service.settings
    source: dict[str, Plain] = {
        "name": settings.datasource,
        "uid": settings.datasource,
        "type": "prometheus",
        "access": "proxy",
        "editable": False,
        **_way(service),
    }
    return {"apiVersion": 1, "datasources": [source]}


def query_url(deployment: Deployment) -> str:
    """Where PromQL is answered: by Mimir, or by the operator's Prometheus."""
    if deployment.rule_engine is RuleEngine.PROMETHEUS_OPERATOR:
        host = inside("prometheus-operated", deployment.namespaces.observability)
        return f"http://{host}:{places.PROMETHEUS_PORT}"
    return f"{deployment.mimir.url}/prometheus"


def _way(service: Service) -> dict[str, Plain]:
    """To Mimir, whose tenant is a header, or to the operator's Prometheus. A tenant's name is no secret."""
    interval = str(service.settings.scrape_interval)
    plain: dict[str, Plain] = {"httpMethod": "POST", "timeInterval": interval}
    deployment = service.deployment
    if deployment.rule_engine is RuleEngine.PROMETHEUS_OPERATOR:
        return {"url": query_url(deployment), "jsonData": plain}
    return {
        "url": query_url(deployment),
        "jsonData": plain | {"httpHeaderName1": "X-Scope-OrgID"},
        "secureJsonData": {"httpHeaderValue1": deployment.mimir.tenant},
    }
