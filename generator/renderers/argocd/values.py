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
from generator.renderers.argocd.folder import ROOT
from generator.renderers.argocd.places import inside

_FILES = "/var/lib/grafana/dashboards"


def render(service: Service, rendered: Sequence[Artifact]) -> Iterator[Artifact]:
    """One file for each way of loading dashboards, and one for Mimir where it evaluates the rules."""
    yield _file("grafana-sidecar", _sidecar(), "Values of the chart grafana: dashboards and data source by label.")
    stems = [file.name.removesuffix("-dashboard-configmap.yaml") for file in dashboards(service, rendered)]
    note = "Values of the chart grafana: dashboards by name, for a Grafana without sidecars."
    yield _file("grafana-config-maps", _config_maps(stems), note)
    if service.deployment.rule_engine is RuleEngine.MIMIR:
        note = "Values of the chart mimir-distributed: limits for the rules, and the way to Alertmanager."
        yield _file("mimir", _mimir(service), note)


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


def _config_maps(stems: Sequence[str]) -> Plain:
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
    }


def _mimir(service: Service) -> Plain:
    """Mimir's own limits are 20 rules a group and 70 groups a tenant; there is room here for others' groups."""
    groups = [alert_group(service, system) for system in service.systems if system.alerts]
    groups += [objective_group(service, system, one) for system in service.systems for one in system.objectives]
    most = max((len(group.rules) for group in groups), default=0)
    alertmanager = inside(places.ALERTMANAGER, service.deployment.namespaces.observability)
    return {
        "mimir": {
            "structuredConfig": {
                "limits": {
                    "ruler_max_rules_per_rule_group": max(20, most),
                    "ruler_max_rule_groups_per_tenant": 70 + len(groups),
                },
                "ruler": {"alertmanager_url": f"http://{alertmanager}:{places.ALERTMANAGER_PORT}"},
            }
        }
    }
