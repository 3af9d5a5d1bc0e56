"""The row of error budgets: what is left of each, how fast each burns, and how the chosen one came down."""

from collections.abc import Sequence
from fractions import Fraction

from grafana_foundation_sdk.builders.dashboard import CustomVariable, ThresholdsConfig
from grafana_foundation_sdk.models.common import BigValueTextMode
from grafana_foundation_sdk.models.dashboard import VariableOption

from generator.domain import names
from generator.domain.conditions import Comparison, Threshold
from generator.domain.dashboard import Panel, PanelType, Query
from generator.domain.objective import Objective
from generator.domain.quantity import Unit
from generator.domain.selector import quoted
from generator.domain.service import Service, System
from generator.renderers.grafana import thresholds
from generator.renderers.grafana.charts import chart
from generator.renderers.grafana.colours import BY_SEVERITY, ORANGE, RED
from generator.renderers.grafana.layout import Section, Tile
from generator.renderers.grafana.links import drill_down, to_dashboard
from generator.renderers.grafana.numbers import big_number
from generator.renderers.grafana.units import span

TITLE = "Error budgets"
FIRST_ID = 2000
"""Panels of objectives are numbered from here, two for each, so that an added panel above renumbers none."""

SHARE = Unit("ratio")
TIMES = Unit("times sustainable")
LOW = Fraction(1, 4)
"""Below a quarter of the budget it is time to be careful."""

BUDGET_COLOURS = {Fraction(0): RED, LOW: ORANGE}
SPENT = Threshold(Comparison.BELOW, Fraction(0), SHARE)
NUMBER_WIDTH, CHART_WIDTH, HEIGHT = 4, 8, 6


def section(service: Service, system: System) -> Section:
    """Two objectives to a line; the budget of the chosen one over time fills the last."""
    pairs = [_pair(service, system, objective, number) for number, objective in enumerate(system.objectives)]
    chosen = _chosen(service, system)
    groups: list[Sequence[Tile]] = [*pairs, [chosen]]
    both = zip(groups[::2], [*groups[1::2], ()], strict=False)
    return Section(TITLE, [[*left, *right] for left, right in both])


def chooser(objectives: Sequence[Objective]) -> CustomVariable:
    """The variable that burn alerts link with. Its values are written out: it works without any data."""
    options = [VariableOption(selected=not n, text=o.title, value=o.id) for n, o in enumerate(objectives)]
    query = ",".join(f"{_escaped(objective.title)} : {objective.id}" for objective in objectives)
    return CustomVariable(names.SLO).label("Objective").values(query).options(options).current(options[0])


def _escaped(text: str) -> str:
    return text.replace(",", "\\,")


def recorded(name: str, slo: str) -> str:
    """The series that the objective's rules record under a name."""
    return f"{name}{{{names.SLO}={quoted(slo)}}}"


def _pair(service: Service, system: System, objective: Objective, number: int) -> list[Tile]:
    links = drill_down(service, [objective.alert_name])
    first = FIRST_ID + 2 * number
    left = big_number(_budget(objective, first), thresholds.below(BUDGET_COLOURS), {}, links).decimals(1)
    left.text_mode(BigValueTextMode.VALUE_AND_NAME).no_value("no events").data_links(
        [to_dashboard("Show it over time", system.dashboard.uid, objective.id)]
    )
    burn = chart(_burn(objective, first + 1), _factors(objective), links)
    burn.no_value("no events").decimals(1).fill_opacity(0)
    return [Tile(left, NUMBER_WIDTH, HEIGHT, grows=False), Tile(burn, CHART_WIDTH, HEIGHT)]


def _promise(objective: Objective) -> str:
    promised = f"{SHARE.show(objective.target)} over {objective.period.in_words()}"
    return f"{objective.description} Promised: {promised}. Bad is {objective.sli.sentence}."


def _budget(objective: Objective, number: int) -> Panel:
    return Panel(
        id=number,
        title=objective.title,
        description=_promise(objective),
        type=PanelType.STAT,
        unit=SHARE,
        queries=[Query(recorded(names.BUDGET_LEFT, objective.id), "budget left")],
        threshold=SPENT,
    )


def _burn(objective: Objective, number: int) -> Panel:
    factors = {window.long: window.factor for window in objective.windows}
    return Panel(
        id=number,
        title=f"{objective.title}: burn rate",
        description=(
            "How many times faster than sustainable the budget burns, by window. An alert starts where a window "
            f"passes its own line. {_promise(objective)}"
        ),
        type=PanelType.TIMESERIES,
        unit=TIMES,
        queries=[
            Query(recorded(names.burn_rate(window), objective.id), f"{window}, alert above {float(factor):.3g}")
            for window, factor in sorted(factors.items())
        ],
        threshold=Threshold(Comparison.ABOVE, min(factors.values()), TIMES),
        alert=objective.alert_name,
    )


def _factors(objective: Objective) -> ThresholdsConfig:
    """A line at each window's factor, in the colour of its alert's severity; the severer where two coincide."""
    severity = objective.severity
    ordered = sorted(objective.windows, key=lambda window: window.pages)
    return thresholds.above({window.factor: BY_SEVERITY[severity(window)] for window in ordered})


def _chosen(service: Service, system: System) -> Tile:
    period = max(objective.period for objective in system.objectives)
    panel = Panel(
        id=FIRST_ID + 2 * len(system.objectives),
        title=f"Budget left over time: ${{{names.SLO}:text}}",
        description=(
            f"The error budget of the objective chosen above, over {period.in_words()}. Orange: under a quarter is "
            "left, release with care. Red: all of it is spent, and the promise is broken."
        ),
        type=PanelType.TIMESERIES,
        unit=SHARE,
        queries=[Query(recorded(names.BUDGET_LEFT, f"${names.SLO}"), "budget left")],
        threshold=SPENT,
    )
    drawn = chart(panel, thresholds.below(BUDGET_COLOURS), drill_down(service))
    return Tile(drawn.decimals(1).no_value("no events").time_from(span(period)), NUMBER_WIDTH + CHART_WIDTH, HEIGHT)
