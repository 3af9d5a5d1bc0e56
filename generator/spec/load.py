"""`slo.yaml` to the domain's Service, or every reason why not."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from generator.domain.alert import Alert
from generator.domain.metric import Metric
from generator.domain.names import OVERVIEW
from generator.domain.objective import Objective
from generator.domain.procedure import Procedure
from generator.domain.service import Service, System
from generator.spec.build.alerts import OwnAlerts, read_alerts
from generator.spec.build.dashboards import read_dashboard
from generator.spec.build.deployment import read_deployment
from generator.spec.build.metrics import read_metrics
from generator.spec.build.objectives import read_objectives
from generator.spec.build.routing import read_label_budgets, read_routing, read_series_limit, read_severities
from generator.spec.build.settings import read_settings
from generator.spec.build.steps import read_procedures
from generator.spec.catalogue import Catalogue, Sampling
from generator.spec.document import parse
from generator.spec.entry import Entry, Notes
from generator.spec.file import read_file
from generator.spec.places import places
from generator.spec.problems import MOST, Problem, SpecError, did_you_mean
from generator.spec.schema import structure_problems


def load(path: Path) -> Service:
    """Read a spec file.

    Raises:
        SpecError: with every problem at once.
    """
    source = str(path)
    raw = read_file(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = Problem(line, 1, "", f"not UTF-8: {error.reason}", "save the file as UTF-8")
        raise SpecError(source, [problem]) from None
    return load_text(text, source)


def load_text(text: str, source: str = "slo.yaml") -> Service:
    """Read a spec.

    Raises:
        SpecError: with every problem at once.
    """
    document = parse(text, source)
    structure = structure_problems(document)
    if len(structure) >= MOST:
        raise SpecError(source, structure)
    # Where the structure is wrong, what follows from it is noise: only problems elsewhere are worth showing.
    broken = {problem.path for problem in structure}
    notes = Notes(document, broken)
    service = _Reading(Entry(document.data, (), notes)).service()
    rest = [problem for problem in notes.problems if problem.path not in broken]
    if structure or rest:
        raise SpecError(source, [*structure, *rest])
    return replace(service, places=places(document, source))


class _Reading:
    """One pass over the spec, part by part, with what several parts must agree on."""

    def __init__(self, spec: Entry) -> None:
        self._spec = spec
        self._forbidden, self._budgets = read_label_budgets(spec)
        self._metrics: dict[str, Metric] = {}
        self._broken: set[str] = set()
        self._alerts: dict[str, Alert] = {}
        self._uids: dict[str, str] = {}
        self._objectives_seen: dict[str, Entry] = {}
        self._burn_alerts: dict[str, Entry] = {}

    def service(self) -> Service:
        entries = list(self._spec.children("systems"))
        per_system = [self._metrics_of(entry) for entry in entries]
        settings = read_settings(self._spec)
        catalogue = Catalogue(
            self._metrics,
            self._forbidden,
            self._jobs(entries),
            Sampling(settings.scrape_interval, settings.evaluation_interval),
            frozenset(self._broken),
        )
        procedures = tuple(read_procedures(self._spec))
        names: set[str] = set()
        systems = []
        for entry, metrics in zip(entries, per_system, strict=True):
            self._once(entry, "name", names, "system")
            systems.append(self._system(entry, metrics, catalogue, procedures))
        self._check_burn_alerts()
        self._check_procedures(names)
        deployment = read_deployment(self._spec.child("bundle"), self._jobs(entries))
        return Service(
            settings=replace(settings, deployment=deployment),
            severities=read_severities(self._spec),
            forbidden_labels=self._forbidden,
            label_budgets=self._budgets,
            routing=read_routing(self._spec),
            procedures=procedures,
            systems=tuple(systems),
            notes=(
                *deployment.notes,
                *(note for system in systems for objective in system.objectives for note in objective.notes),
            ),
        )

    def _check_burn_alerts(self) -> None:
        for name, entry in self._burn_alerts.items():
            if name in self._alerts:
                what = f"its burn alert {name} has the name of another alert"
                entry.problem("name", what, "rename the objective or the alert")

    def _check_procedures(self, systems: set[str]) -> None:
        for entry in self._spec.children("procedures"):
            system = entry.text("system")
            if system and system not in systems:
                entry.problem("system", f"there is no system {system!r}", did_you_mean(system, systems))

    def _once(self, entry: Entry, key: str, seen: set[str], kind: str) -> None:
        name = entry.text(key)
        if name == OVERVIEW:
            entry.problem(key, f"{name!r} is the dashboard of all systems", "choose another name")
        if name and name in seen:
            entry.problem(key, f"{kind} {name!r} stands here twice", "rename one of them")
        seen.add(name)

    def _metrics_of(self, entry: Entry) -> tuple[Metric, ...]:
        metrics = tuple(read_metrics(entry, self._forbidden, self._budgets, read_series_limit(self._spec)))
        for index, metric in enumerate(metrics):
            if entry.notes.is_broken((*entry.path, "metrics", index)):
                self._broken.add(metric.name)
            if metric.name in self._metrics:
                path = (*entry.path, "metrics", index, "name")
                entry.notes.add(path, f"metric {metric.name!r} stands here twice", "describe a metric once")
            self._metrics.setdefault(metric.name, metric)
        return metrics

    def _jobs(self, systems: Iterable[Entry]) -> frozenset[str]:
        """Every scrape job that a system or a metric names, or that is listed because none of them does."""
        named = {metric.job for metric in self._metrics.values()}
        for entry in systems:
            named |= {entry.text("job"), *entry.strings("jobs")}
        return frozenset(named - {""})

    def _system(
        self, entry: Entry, metrics: tuple[Metric, ...], catalogue: Catalogue, procedures: Iterable[Procedure]
    ) -> System:
        known = {procedure.name for procedure in procedures}
        alerts = list(read_alerts(entry, catalogue))
        for alert, alert_entry in alerts:
            self._check_alert(alert, alert_entry, known)
        own: dict[str, Alert] = {}
        for alert, _ in alerts:
            own.setdefault(alert.name, alert)  # one that stands there twice is told above
        known_alerts = OwnAlerts(own, all(not one.notes.is_broken((*one.path, "name")) for _, one in alerts))
        objectives = self._objectives(entry, catalogue, known_alerts, known)
        dashboard = read_dashboard(entry, catalogue, known_alerts)
        if dashboard.uid in self._uids:
            entry.child("dashboard").problem("uid", f"uid {dashboard.uid!r} is taken", "choose another")
        self._uids[dashboard.uid] = dashboard.title
        titles = [panel.title for panel in dashboard.panels]
        for alert, alert_entry in alerts:
            if alert.panel and alert.panel not in titles:
                alert_entry.problem("panel", f"there is no panel {alert.panel!r}", did_you_mean(alert.panel, titles))
        return System(
            name=entry.text("name"),
            title=entry.text("title"),
            document=entry.text("document"),
            emitted_by_agent=entry.text("emitter") == "agent",
            job=entry.text("job"),
            jobs=entry.strings("jobs"),
            metrics=metrics,
            objectives=objectives,
            alerts=tuple(own.values()),
            dashboard=dashboard,
        )

    def _check_alert(self, alert: Alert, entry: Entry, procedures: set[str]) -> None:
        if alert.name in self._alerts:
            entry.problem("name", f"alert {alert.name!r} stands here twice", "rename one of them")
        self._alerts[alert.name] = alert
        _check_see(alert.see, entry, procedures)

    def _objectives(
        self, entry: Entry, catalogue: Catalogue, alerts: OwnAlerts, procedures: Collection[str]
    ) -> tuple[Objective, ...]:
        found: dict[str, Objective] = {}
        for objective, objective_entry in read_objectives(entry, catalogue, alerts):
            _check_see(objective.see, objective_entry, procedures)
            if objective.id in self._objectives_seen:
                objective_entry.problem("name", f"objective {objective.id!r} stands here twice", "rename one of them")
            elif objective.alert_name in self._burn_alerts:
                what = f"its burn alert {objective.alert_name} has the name of another objective's"
                objective_entry.problem("name", what, "rename one of them")
            self._objectives_seen[objective.id] = objective_entry
            self._burn_alerts[objective.alert_name] = objective_entry
            found[objective.id] = objective
        return tuple(found.values())


def _check_see(see: Iterable[str], entry: Entry, procedures: Collection[str]) -> None:
    for name in see:
        if name not in procedures:
            entry.problem("see", f"there is no procedure {name!r}", did_you_mean(name, procedures))
