"""The files that make Grafana load the dashboards and know the data source.

Source: https://grafana.com/docs/grafana/latest/administration/provisioning/
"""

from collections.abc import Iterator

from generator.artifact import HEADER, Artifact
from generator.domain import names
from generator.domain.service import Service
from generator.emit import Plain, emit
from generator.renderers.grafana.units import span

_DASHBOARDS = "/var/lib/grafana/dashboards"
_SET_URL = "Grafana reads PROMETHEUS_URL from its environment, such as http://prometheus:9090."


def provisioning(service: Service) -> Iterator[Artifact]:
    """The dashboard provider and the data source."""
    name = service.settings.name
    yield Artifact.at(f"{names.PROVISIONING}/dashboards/{name}.yaml", _provider(name))
    yield Artifact.at(f"{names.PROVISIONING}/datasources/prometheus.yaml", _data_source(service))


def _provider(name: str) -> str:
    provider: Plain = {
        "name": name,
        "orgId": 1,
        "folder": name.capitalize(),
        "folderUid": name,
        "type": "file",
        "disableDeletion": False,
        "allowUiUpdates": False,
        "updateIntervalSeconds": 30,
        "options": {"path": f"{_DASHBOARDS}/{name}", "foldersFromFilesStructure": False},
    }
    return emit({"apiVersion": 1, "providers": [provider]}, header=HEADER)


def _data_source(service: Service) -> str:
    """`timeInterval` is what `$__rate_interval` and the smallest step of a chart come from."""
    uid = service.settings.datasource
    source: Plain = {
        "name": uid,
        "uid": uid,
        "orgId": 1,
        "type": "prometheus",
        "access": "proxy",
        "url": "${PROMETHEUS_URL}",
        "isDefault": False,
        "editable": False,
        "jsonData": {"httpMethod": "POST", "timeInterval": span(service.settings.scrape_interval)},
    }
    return emit({"apiVersion": 1, "datasources": [source]}, header=f"{HEADER}\n{_SET_URL}")
