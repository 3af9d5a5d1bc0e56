"""The application `observability`: rules, dashboards, Alertmanager, and a collector for what has none of its own."""

from collections.abc import Sequence
from importlib.resources import files

from generator.artifact import Artifact
from generator.domain.deployment import RuleEngine
from generator.domain.service import Service
from generator.renderers.argocd import alertmanager, data_source, rules, scraping, secrets
from generator.renderers.argocd.dashboards import dashboards
from generator.renderers.argocd.folder import Application, File, Folder
from generator.renderers.argocd.objects import config_map
from generator.renderers.argocd.places import OBSERVABILITY
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


def application(service: Service, rendered: Sequence[Artifact]) -> Application:
    """The application, with the rules in the form of the engine that evaluates them.

    PrometheusRule objects and references to a secret store are always rendered, for `kubectl apply -k`; they are
    synced only where the spec asks for them.
    """
    deployment = service.deployment
    namespace = deployment.namespaces.observability
    by_operator = deployment.rule_engine is RuleEngine.PROMETHEUS_OPERATOR
    keys = [file.name for file in alertmanager.credential_files(service)]
    from_store = secrets.folder(service, OBSERVABILITY, deployment.secrets.alertmanager, namespace, keys)
    optional = [
        (rules.prometheus_rules(service, rendered), by_operator),
        (from_store, secrets.is_synced(service)),
    ]
    own = [
        *dashboards(service, rendered),
        data_source.data_source(service),
        alertmanager.alertmanager(service, rendered),
        *scraping.files(service, OBSERVABILITY, namespace),
        *([] if by_operator else _mimir(service, rendered)),
    ]
    included = [folder for folder, wanted in optional if wanted]
    others = [folder for folder, wanted in optional if not wanted]
    return Application(OBSERVABILITY, namespace, Folder(f"applications/{OBSERVABILITY}", own, included), others)


def _mimir(service: Service, rendered: Sequence[Artifact]) -> list[File]:
    file, config_maps = rules.mimir_rules(service, rendered, f"{_LOADER}.yaml")
    return [file, _loader(service, config_maps)]


def _loader(service: Service, config_maps: Sequence[str]) -> File:
    """A job that runs after every sync; the last one stays, for its log."""
    script = files(__package__).joinpath("mimir_rule_loader.py").read_text(encoding="utf-8")
    sources = [{"configMap": {"name": name}} for name in config_maps]
    deployment = service.deployment
    environment = {
        "MIMIR_URL": deployment.mimir.url,
        "TENANT": deployment.mimir.tenant,
        "OWNED": rules.owned_namespaces(service),
        "RULES_DIR": _RULES,
    }
    container = Container(
        name="loader",
        image=str(deployment.images.python),
        memory=("32Mi", "64Mi"),
        command=["python3", "-B", f"{_SCRIPTS}/{_SCRIPT}"],
        env=[{"name": name, "value": value} for name, value in environment.items()],
        volumes=[
            Volume.of_config_map("script", _SCRIPTS, _LOADER),
            Volume("rules", _RULES, {"projected": {"sources": sources}}),
        ],
    )
    namespace = deployment.namespaces.observability
    pod = Pod(_LOADER, namespace, [container], restart="Never")
    return File.of(f"{_LOADER}.yaml", config_map(_LOADER, namespace, {_SCRIPT: script}), pod.job(_AFTER_SYNC))
