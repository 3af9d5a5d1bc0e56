"""Values for the Helm charts of Grafana and Mimir, where these run already: what the bundle needs of them.

Argo CD does not sync these files; people merge them into the values of their own releases.
"""

from collections.abc import Iterator, Sequence

from generator.artifact import HEADER, Artifact
from generator.domain.deployment import RuleEngine
from generator.domain.groups import alert_group, objective_group
from generator.domain.service import Service
from generator.emit import Plain, emit
from generator.renderers.argocd import places
from generator.renderers.argocd.dashboards import FOLDER_ANNOTATION, dashboards, folder_of
from generator.renderers.argocd.data_source import provisioning
from generator.renderers.argocd.folder import ROOT
from generator.renderers.argocd.places import inside

_FILES = "/var/lib/grafana/dashboards"


def render(service: Service, rendered: Sequence[Artifact]) -> Iterator[Artifact]:
    """One file for each way of loading dashboards, and one for Mimir where it evaluates the rules."""
    yield _file("grafana-sidecar", _sidecar(), "Values of the chart grafana: dashboards and data source by label.")
    stems = [file.name.removesuffix("-dashboard-configmap.yaml") for file in dashboards(service, rendered)]
    note = "Values of the chart grafana: dashboards by name, and the data source, for a Grafana without sidecars."
    yield _file("grafana-config-maps", _config_maps(service, stems), note)
    if service.deployment.rule_engine is RuleEngine.MIMIR:
        note = "Values of the chart mimir-distributed: limits for the rules, and the way to Alertmanager."
        yield _file("mimir", _mimir(service), note)
    else:
        note = "Values of the chart kube-prometheus-stack: find our objects, take what is pushed, tell Alertmanager."
        yield _file("kube-prometheus-stack", _operator(service), note)


def _file(name: str, data: Plain, note: str) -> Artifact:
    return Artifact.at(f"{ROOT}/values/{name}.yaml", emit(data, header=f"{HEADER}\n{note}"))


def _sidecar() -> Plain:
    return {
        "sidecar": {
            "dashboards": {
                "enabled": True,
                "label": "grafana_dashboard",
                "labelValue": "1",
                "folderAnnotation": FOLDER_ANNOTATION,
                "provider": {"foldersFromFilesStructure": True},
            },
            "datasources": {"enabled": True, "label": "grafana_datasource", "labelValue": "1"},
        }
    }


def _config_maps(service: Service, stems: Sequence[str]) -> Plain:
    """The chart takes one ConfigMap for each provider."""
    providers: Plain = [
        {
            "name": stem,
            "folder": folder_of(stem),
            "type": "file",
            "disableDeletion": False,
            "options": {"path": f"{_FILES}/{stem}"},
        }
        for stem in stems
    ]
    return {
        "dashboardProviders": {"dashboardproviders.yaml": {"apiVersion": 1, "providers": providers}},
        "dashboardsConfigMaps": {stem: f"{stem}-dashboard" for stem in stems},
        "datasources": {"datasources.yaml": provisioning(service)},
    }


def _mimir(service: Service) -> Plain:
    """Mimir's own limits are 20 rules a group and 70 groups a tenant; there is room here for others' groups."""
    groups = [alert_group(service, system) for system in service.systems if system.alerts]
    groups += [objective_group(service, system, one) for system in service.systems for one in system.objectives]
    most = max((len(group.rules) for group in groups), default=0)
    return {
        "mimir": {
            "structuredConfig": {
                "limits": {
                    "ruler_max_rules_per_rule_group": max(20, most),
                    "ruler_max_rule_groups_per_tenant": 70 + len(groups),
                },
                # Asked by DNS, every replica is told; a Service would tell one of them, which may be the one that dies.
                "ruler": {"alertmanager_url": f"dns+http://{_peers(service)}:{places.ALERTMANAGER_PORT}"},
            }
        }
    }


def _peers(service: Service) -> str:
    return inside(places.ALERTMANAGER_PEERS, service.deployment.namespaces.observability)


def _operator(service: Service) -> Plain:
    """The chart's Prometheus sees only its own release's objects and takes no pushed metrics, unless it is told to.

    Our Alertmanager stands beside the chart's, if there is one; every replica is found by its address.
    """
    discovery: Plain = {"names": [_peers(service)], "type": "A", "port": places.ALERTMANAGER_PORT}
    spec: dict[str, Plain] = {
        "ruleSelectorNilUsesHelmValues": False,
        "serviceMonitorSelectorNilUsesHelmValues": False,
        "scrapeConfigSelectorNilUsesHelmValues": False,
        "enableRemoteWriteReceiver": True,
        "additionalAlertManagerConfigs": [{"scheme": "http", "dns_sd_configs": [discovery]}],
    }
    return {"prometheus": {"prometheusSpec": spec}}
