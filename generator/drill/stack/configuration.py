"""The rendered configuration, made to fit one machine: the same jobs, rules, routes and times, other addresses."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from generator import bundle
from generator.domain import names
from generator.domain.jobs import scrape_jobs
from generator.domain.routing import Webhook
from generator.domain.service import Service
from generator.drill.stack.awakening import put_rules_aside
from generator.drill.stack.plan import Plan
from generator.drill.stack.ports import LOOPBACK
from generator.emit import emit

PROMETHEUS = Path("monitoring/prometheus")
ALERTMANAGER = Path(names.ALERTMANAGER)
WEBHOOK = "/webhooks/alertmanager"


def write(plan: Plan, token: str) -> None:
    """Render the bundle into its place and give it addresses on this machine, and Alertmanager the webhook's token."""
    plan.places.root.mkdir(parents=True, exist_ok=True)
    write_secret(plan.places.token, token)
    bundle.render(_here(plan)).write(plan.places.bundle)
    _write_targets(plan)
    put_rules_aside(plan.places.bundle / PROMETHEUS)


def _here(plan: Plan) -> Service:
    """The service with the agent on loopback, and the way out of this stack instead of the one to real people."""
    agent = Webhook(f"{plan.addresses.url('agent')}{WEBHOOK}", str(plan.places.token.absolute()))
    routing = replace(plan.service.routing, agent=agent, way_out=plan.way_out)
    return replace(plan.service, routing=routing)


def _write_targets(plan: Plan) -> None:
    """Prometheus reads its targets from files, so the rendered configuration itself stays as it is.

    Only jobs that push their metrics in production have none there: they are scraped from the stand-in.
    """
    folder = plan.places.bundle / PROMETHEUS
    (folder / "targets").mkdir(parents=True, exist_ok=True)
    _target(folder, "alertmanager", plan.addresses.alertmanager)
    for job in scrape_jobs(plan.service):
        if job in plan.real_jobs:
            _target(folder, job, plan.addresses.agent)
        else:
            _target(folder, job, plan.addresses.exporter, __param_job=job)
    _add_pushed(folder / "prometheus.yml", plan)


def _target(folder: Path, name: str, port: int, **labels: str) -> None:
    group = {"targets": [f"{LOOPBACK}:{port}"]} | ({"labels": labels} if labels else {})
    (folder / "targets" / f"{name}.yaml").write_text(emit([group]), encoding="utf-8")


def _add_pushed(file: Path, plan: Plan) -> None:
    pushed = sorted(all_jobs(plan.service) - set(scrape_jobs(plan.service)))
    content: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    for job in pushed:
        target = {"targets": [f"{LOOPBACK}:{plan.addresses.exporter}"], "labels": {"__param_job": job}}
        content["scrape_configs"].append({"job_name": job, "static_configs": [target]})
    file.write_text(emit(content), encoding="utf-8")


def all_jobs(service: Service) -> set[str]:
    """Every job that has metrics or is watched, those that push in production among them."""
    return {metric.job for system in service.systems for metric in system.metrics} | set(scrape_jobs(service))


def write_secret(place: Path, text: str) -> None:
    """A file that nobody else on this machine may read, from its first byte on."""
    place.unlink(missing_ok=True)
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
