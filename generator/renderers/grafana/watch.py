"""The overview's first line: alerts by severity, and whether rules are evaluated and targets answer at all."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from generator.domain import names
from generator.domain.conditions import Comparison, Threshold
from generator.domain.conditions.down import UP
from generator.domain.dashboard import Panel, PanelType, Query
from generator.domain.quantity import Unit
from generator.domain.service import Service, System
from generator.domain.severity import Severity
from generator.renderers.grafana import thresholds
from generator.renderers.grafana.colours import BY_SEVERITY, RED
from generator.renderers.grafana.layout import Tile
from generator.renderers.grafana.links import drill_down, to_systems
from generator.renderers.grafana.numbers import big_number
from generator.renderers.grafana.panels import NUMBER_WIDTH, tile
from generator.renderers.grafana.sources import firing, one_of, watchdogs
from generator.renderers.grafana.states import REACHED

HEIGHT = 7
ALERTS = Unit("alerts")
NONE = Threshold(Comparison.ABOVE, Fraction(0), ALERTS)
ALL_UP = Threshold(Comparison.BELOW, Fraction(1), Unit("state"))


def counted(selector: str) -> Query:
    """How many series match; zero, not absent, when none does."""
    return Query(f"count({selector}) or vector(0)", "firing")


def line(service: Service, first_id: int) -> list[Tile]:
    """One number per severity, the watchdog, and the targets."""
    found = list(_severities(service, first_id))
    if watchdogs(service):
        found.append(_alive(service, first_id + len(found)))
    found.append(_targets(service, first_id + len(found)))
    return found


def _severities(service: Service, first_id: int) -> Iterator[Tile]:
    for number, severity in enumerate(Severity):
        meaning = service.severities[severity]
        panel = Panel(
            id=first_id + number,
            title=f"{severity.capitalize()} alerts",
            description=f"Alerts of severity {severity} that fire now: {meaning.means}. {meaning.covers}",
            type=PanelType.STAT,
            unit=ALERTS,
            queries=[counted(firing(service, **{names.SEVERITY: severity}))],
            threshold=NONE,
        )
        steps = thresholds.above({NONE.value: BY_SEVERITY[severity]}, exact=False)
        yield Tile(big_number(panel, steps, {}, to_systems(service)), NUMBER_WIDTH, HEIGHT, grows=False)


def _alive(service: Service, number: int) -> Tile:
    """The one panel that is red when nothing fires."""
    dogs = watchdogs(service)
    selector = f'ALERTS{{alertstate="firing",{one_of("alertname", dogs)}}}'
    panel = Panel(
        id=number,
        title="Rules are evaluated",
        description=(
            f"Whether {' and '.join(dogs)}, which fires at all times, is firing. If it is silent, so is every other "
            "alert: the quiet on this page means nothing until it is back."
        ),
        type=PanelType.STAT,
        unit=Unit("state"),
        queries=[Query(f"clamp_max(count({selector}), 1) or vector(0)", "watchdog")],
        threshold=ALL_UP,
    )
    steps, states = thresholds.below({ALL_UP.value: RED}), {"alive": Fraction(1), "silent": Fraction(0)}
    return Tile(big_number(panel, steps, states, drill_down(service, dogs)), NUMBER_WIDTH, HEIGHT, grows=False)


def _jobs(system: System) -> Iterator[str]:
    """The scrape jobs that serve a system's metrics."""
    yield system.job
    yield from (metric.job for metric in system.metrics if metric.job)


def _targets(service: Service, number: int) -> Tile:
    jobs = sorted({job for system in service.systems for job in _jobs(system)})
    panel = Panel(
        id=number,
        title="Targets by job",
        description="Whether every known target of a job answers. A job that pushes its metrics has no target here.",
        type=PanelType.TIMESERIES,
        unit=Unit("state"),
        queries=[Query(f"min by (job) ({UP.name}{{{one_of('job', jobs)}}})", "{{job}}")],
        threshold=ALL_UP,
    )
    return replace(tile(panel, to_systems(service), states=REACHED), height=HEIGHT)
