"""Rules in the cluster: as PrometheusRule objects for the operator, or as rule groups for Mimir's ruler."""

from collections.abc import Iterator, Mapping, Sequence

from generator.artifact import HEADER, Artifact
from generator.domain import names
from generator.domain.service import Service, System
from generator.emit import emit
from generator.renderers.argocd import rule_texts
from generator.renderers.argocd.folder import File, Folder, identity_of
from generator.renderers.argocd.objects import Manifest, config_map, metadata, size_of
from generator.renderers.argocd.places import OBSERVABILITY

RULES = "graf-mimir-rules"
"""The documented name of the rules' ConfigMap and file."""

_MIMIR = "monitoring/mimir/"
_API = "monitoring.coreos.com"
_SELECTED = {"prometheus": "k8s", "role": "alert-rules"}
_FULL = 900_000
_NOTE = """\
Rule groups for Mimir's ruler, one key each: <namespace>_<group>.yaml. A ConfigMap alone loads nothing; the job in
{loader} does. Mimir's own limits are 20 rules a group and 70 groups a tenant. These are {groups} groups of up
to {rules} rules, so set limits.ruler_max_rules_per_rule_group, and ruler_max_rule_groups_per_tenant, high enough."""


def prometheus_rules(service: Service, rendered: Sequence[Artifact]) -> Folder:
    """One PrometheusRule for each system, with the labels that kube-prometheus selects."""
    texts = {str(artifact.path): artifact.text for artifact in rendered}
    files = [_prometheus_rule(service, system, texts) for system in service.systems]
    return Folder(f"applications/{OBSERVABILITY}/prometheus-rules", [file for file in files if file])


def _prometheus_rule(service: Service, system: System, texts: Mapping[str, str]) -> File | None:
    paths = [names.rules_file(system.name), *(names.objective_file(one.id) for one in system.objectives)]
    lists = [rule_texts.group_list(texts[path]) for path in paths if path in texts]
    if not lists:
        return None
    name, namespace = f"{service.settings.name}-{system.name}", service.deployment.namespaces.observability
    head: Manifest = {
        "apiVersion": f"{_API}/v1",
        "kind": "PrometheusRule",
        "metadata": metadata(name, namespace, labels=_SELECTED),
    }
    spec = "spec:\n  groups:\n" + rule_texts.indented("".join(lists), "  ")
    return File(f"{system.name}.yaml", emit(head, header=HEADER) + spec, [identity_of(head)])


def mimir_rules(service: Service, rendered: Sequence[Artifact], loader: str) -> tuple[File, list[str]]:
    """The file with every rule group, and the names of the ConfigMaps in it: as few as their size allows."""
    texts = [artifact.text for artifact in rendered if str(artifact.path).startswith(_MIMIR)]
    data = {
        f"{rule_texts.namespace(text)}_{group}.yaml": body for text in texts for group, body in rule_texts.groups(text)
    }
    parts = list(_parts(data))
    called = [RULES if number == 1 else f"{RULES}-{number}" for number in range(1, len(parts) + 1)]
    namespace, place = service.deployment.namespaces.observability, service.places.get("bundle", "")
    maps = [config_map(name, namespace, part, place=place) for name, part in zip(called, parts, strict=True)]
    note = _NOTE.format(loader=loader, rules=max(map(_rules_in, data.values()), default=0), groups=len(data))
    return File.of(f"{RULES}.yaml", *maps, note=note), called


def _rules_in(group: str) -> int:
    return group.count("\n  - record: ") + group.count("\n  - alert: ")


def _parts(data: Mapping[str, str]) -> Iterator[dict[str, str]]:
    part: dict[str, str] = {}
    full = 0
    for key, value in data.items():
        size = size_of({key: value})
        if part and full + size > _FULL:
            yield part
            part, full = {}, 0
        part[key] = value
        full += size
    yield part


def owned_namespaces(service: Service) -> str:
    """How the ruler's namespaces begin that belong to this bundle, and in which the loader may delete."""
    return f"{service.settings.name}."
