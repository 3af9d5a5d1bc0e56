"""The application `observability`: rules, dashboards, Alertmanager, and a collector for what has none of its own."""

from collections.abc import Sequence
from importlib.resources import files

from generator.artifact import Artifact
from generator.domain.service import Service
from generator.renderers.argocd import alloy, places, rules
from generator.renderers.argocd.alertmanager import alertmanager
from generator.renderers.argocd.dashboards import dashboards
from generator.renderers.argocd.folder import Application, File, Folder
from generator.renderers.argocd.objects import config_map
from generator.renderers.argocd.places import OBSERVABILITY, RuleEngine
from generator.renderers.argocd.volumes import Volume
from generator.renderers.argocd.workloads import Container, Pod

_LOADER = "mimir-rule-loader"
_SCRIPT = "load.py"
_SCRIPTS = "/scripts"
_RULES = "/rules"
_AFTER_SYNC = {
    "argocd.argoproj.io/hook": "PostSync",
    "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
}


def application(service: Service, rendered: Sequence[Artifact], engine: RuleEngine) -> Application:
    """The application, with the rules in the form of the engine that evaluates them.

    PrometheusRule objects are always rendered, for `kubectl apply -k`; they are synced only for the operator.
    """
    others = [*dashboards(rendered), alertmanager(service, rendered), *_collector(service)]
    operator_rules = rules.prometheus_rules(service, {str(one.path): one.text for one in rendered})
    path = f"applications/{OBSERVABILITY}"
    if engine is RuleEngine.PROMETHEUS_OPERATOR:
        return Application(OBSERVABILITY, OBSERVABILITY, Folder(path, others, [operator_rules]))
    folder = Folder(path, [*others, *_mimir(service, rendered)])
    return Application(OBSERVABILITY, OBSERVABILITY, folder, [operator_rules])


def _collector(service: Service) -> list[File]:
    jobs = alloy.jobs_of(service, OBSERVABILITY)
    if not jobs:
        return []
    return [alloy.collector(f"{OBSERVABILITY}-alloy", OBSERVABILITY, alloy.scraping(service, jobs))]


def _mimir(service: Service, rendered: Sequence[Artifact]) -> list[File]:
    file, config_maps = rules.mimir_rules(rendered, f"{_LOADER}.yaml")
    return [file, _loader(service, config_maps)]


def _loader(service: Service, config_maps: Sequence[str]) -> File:
    """A job that runs after every sync; the last one stays, for its log."""
    script = files(__package__).joinpath("mimir_rule_loader.py").read_text(encoding="utf-8")
    sources = [{"configMap": {"name": name}} for name in config_maps]
    environment = {
        "MIMIR_URL": places.MIMIR_URL,
        "TENANT": places.MIMIR_TENANT,
        "OWNED": rules.owned_namespaces(service),
        "RULES_DIR": _RULES,
    }
    container = Container(
        name="loader",
        image=places.PYTHON_IMAGE,
        memory=("32Mi", "64Mi"),
        command=["python3", "-B", f"{_SCRIPTS}/{_SCRIPT}"],
        env=[{"name": name, "value": value} for name, value in environment.items()],
        volumes=[
            Volume.of_config_map("script", _SCRIPTS, _LOADER),
            Volume("rules", _RULES, {"projected": {"sources": sources}}),
        ],
    )
    pod = Pod(_LOADER, OBSERVABILITY, [container], restart="Never")
    return File.of(f"{_LOADER}.yaml", config_map(_LOADER, OBSERVABILITY, {_SCRIPT: script}), pod.job(_AFTER_SYNC))
