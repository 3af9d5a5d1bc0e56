"""Who scrapes an application's jobs: a collector of ours that pushes to Mimir, or the operator's Prometheus itself."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from generator.domain.deployment import RuleEngine
from generator.domain.service import Service
from generator.emit import Plain
from generator.renderers.argocd import alloy
from generator.renderers.argocd.folder import File
from generator.renderers.argocd.objects import Manifest, metadata
from generator.renderers.argocd.places import Target, targets

_API = "monitoring.coreos.com"


def files(service: Service, application: str, namespace: str) -> list[File]:
    """The application's scrapes; none when it has no jobs."""
    jobs = alloy.jobs_of(service, application)
    if not jobs:
        return []
    if service.deployment.rule_engine is RuleEngine.MIMIR:
        config = alloy.scraping(service, jobs)
        return [alloy.collector(service, f"{application}-alloy", namespace, config)]
    known = targets(service.deployment)
    monitors = list(_monitors(service, {job: known[job] for job in jobs if job in known}, namespace))
    return [File.of(f"{application}-scrapes.yaml", *monitors, note=_note(jobs, known))] if monitors else []


def _note(jobs: Sequence[str], known: Mapping[str, Target]) -> str:
    unknown = [job for job in jobs if job not in known]
    return f"Add monitors of your own, or bundle.deployment.targets, for: {', '.join(unknown)}" if unknown else ""


def _monitors(service: Service, jobs: Mapping[str, Target], namespace: str) -> Iterator[Manifest]:
    """A ServiceMonitor for each Service of ours, a ScrapeConfig for each address of others."""
    ours = sorted(((job, target) for job, target in jobs.items() if target.app), key=lambda pair: pair[1].app)
    for app, group in groupby(ours, key=lambda pair: pair[1].app):
        endpoints = [_endpoint(service, job, target) for job, target in group]
        # The agent's Service lies in the agent's namespace, whichever application scrapes it.
        spaces: Plain = {"matchNames": [_namespace_of(jobs, app)]}
        spec: Manifest = {
            "selector": {"matchLabels": {"app": app}},
            "namespaceSelector": spaces,
            "endpoints": endpoints,
        }
        yield _object("v1", "ServiceMonitor", app, namespace, spec)
    for job, target in jobs.items():
        if not target.app:
            yield _object("v1alpha1", "ScrapeConfig", job, namespace, _scrape_config(service, job, target))


def _namespace_of(jobs: Mapping[str, Target], app: str) -> str:
    return next(target.host.split(".")[1] for target in jobs.values() if target.app == app)


def _object(version: str, kind: str, name: str, namespace: str, spec: Manifest) -> Manifest:
    return {"apiVersion": f"{_API}/{version}", "kind": kind, "metadata": metadata(name, namespace), "spec": spec}


def _times(service: Service) -> tuple[str, str]:
    interval = service.settings.scrape_interval
    return str(interval), str(min(alloy.PATIENCE, interval))


def _endpoint(service: Service, job: str, target: Target) -> Plain:
    """The rules know a target by its job, which the operator would otherwise call after the Service."""
    interval, timeout = _times(service)
    return {
        "port": target.port_name,
        "interval": interval,
        "scrapeTimeout": timeout,
        "relabelings": [{"action": "replace", "targetLabel": "job", "replacement": job}],
    }


def _scrape_config(service: Service, job: str, target: Target) -> Manifest:
    interval, timeout = _times(service)
    found: Manifest = {"jobName": job, "scrapeInterval": interval, "scrapeTimeout": timeout}
    if target.replicated:
        return found | {"dnsSDConfigs": [{"names": [target.host], "type": "A", "port": target.port}]}
    return found | {"staticConfigs": [{"targets": [f"{target.host}:{target.port}"]}]}
