"""The whole of what is rendered: five systems, their routing, their runbooks. Renderers see this and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from generator.domain.alert import Alert
from generator.domain.dashboard import Dashboard
from generator.domain.deployment import Deployment
from generator.domain.duration import Duration
from generator.domain.metric import Label, Metric
from generator.domain.objective import Objective
from generator.domain.procedure import Procedure
from generator.domain.routing import Routing
from generator.domain.rule import RuleGroup
from generator.domain.severity import Severity, SeverityMeaning
from generator.domain.targets import Targets


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole bundle."""

    name: str
    repository: str
    revision: str
    runbook_base_url: str
    grafana_base_url: str
    datasource: str
    scrape_interval: Duration
    evaluation_interval: Duration
    targets: Targets
    deployment: Deployment = Deployment()

    def scaled(self, divisor: int) -> "Settings":
        """The same settings with every duration divided."""
        return replace(
            self,
            scrape_interval=self.scrape_interval // divisor,
            evaluation_interval=self.evaluation_interval // divisor,
        )


@dataclass(frozen=True, slots=True)
class System:
    """One watched system.

    Attributes:
        document: the title of the document that its numbers come from.
        emitted_by_agent: whether our agent emits its metrics.
        job: the scrape job of its main target.
        jobs: further scrape jobs, beside those of its metrics.
    """

    name: str
    title: str
    document: str
    emitted_by_agent: bool
    job: str
    metrics: Sequence[Metric]
    objectives: Sequence[Objective]
    alerts: Sequence[Alert]
    dashboard: Dashboard
    jobs: Sequence[str] = ()

    def scaled(self, divisor: int) -> "System":
        """The same system with every duration divided."""
        alerts = tuple(alert.scaled(divisor) for alert in self.alerts)
        return replace(
            self,
            objectives=tuple(objective.scaled(divisor) for objective in self.objectives),
            alerts=alerts,
            dashboard=self.dashboard.scaled(divisor, {alert.name: alert.when for alert in alerts}),
        )


@dataclass(frozen=True)
class Service:
    """Everything a renderer may know.

    Attributes:
        time_scale: by how much every duration has been divided.
        places: where parts of the spec stand, as `file:line:column: path`, for what only rendering can find wrong.
    """

    settings: Settings
    severities: Mapping[Severity, SeverityMeaning]
    forbidden_labels: frozenset[str]
    label_budgets: Mapping[str, int]
    routing: Routing
    procedures: Sequence[Procedure]
    systems: Sequence[System]
    time_scale: int = 1
    notes: Sequence[str] = field(default_factory=tuple)
    places: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    groups: dict[str, RuleGroup] = field(init=False, default_factory=dict, compare=False, repr=False)
    """Rule groups by name, once `generator.domain.groups` has made them: several renderers ask for the same."""

    @property
    def deployment(self) -> Deployment:
        """Where the bundle runs."""
        return self.settings.deployment

    @property
    def alerts(self) -> Iterator[Alert]:
        """Every alert of every system, in order."""
        return (alert for system in self.systems for alert in system.alerts)

    @property
    def objectives(self) -> Iterator[Objective]:
        """Every objective of every system, in order."""
        return (objective for system in self.systems for objective in system.objectives)

    @cached_property
    def _by_name(self) -> dict[str, System]:
        return {system.name: system for system in self.systems}

    def system(self, name: str) -> System:
        """The system of that name."""
        return self._by_name[name]

    def procedure(self, name: str) -> Procedure | None:
        """The procedure of that name, if there is one."""
        return next((procedure for procedure in self.procedures if procedure.name == name), None)

    def sev(self, alert: Alert) -> str:
        """The incident class of an alert."""
        return alert.sev or self.severities[alert.severity].sev

    def runbook_url(self, alert_name: str) -> str:
        """Where the on-call reads an alert's page."""
        return f"{self.settings.runbook_base_url}/{alert_name}.md"

    def dashboard_url(self, dashboard: Dashboard, panel_title: str = "") -> str:
        """Where the on-call sees the last six hours, on one panel where it is known."""
        url = f"{self.settings.grafana_base_url}/d/{dashboard.uid}?from=now-6h&to=now"
        panel = next((panel for panel in dashboard.panels if panel.title == panel_title), None)
        return f"{url}&viewPanel={panel.id}" if panel else url

    @property
    def test_step(self) -> Duration:
        """The sampling interval of rendered tests: a minute, scaled."""
        return Duration(60_000) // self.time_scale

    def label(self, name: str) -> Label:
        """An open label with its budget."""
        return Label(name, budget=self.label_budgets.get(name, 0))

    def scaled(self, divisor: int) -> "Service":
        """The same service with every duration divided by `divisor`, for rehearsals."""
        if divisor == 1:
            return self
        return replace(
            self,
            settings=self.settings.scaled(divisor),
            routing=self.routing.scaled(divisor),
            systems=tuple(system.scaled(divisor) for system in self.systems),
            time_scale=self.time_scale * divisor,
        )

    def only(self, system: str) -> "Service":
        """The same service with one system."""
        return replace(self, systems=(self.system(system),))

    def for_targets(self, targets: Targets) -> "Service":
        """The same service for other versions."""
        return replace(self, settings=replace(self.settings, targets=targets))
