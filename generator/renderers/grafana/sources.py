"""Where panels get their data: the data source variable, queries, and the alerts that Prometheus says are firing."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import DatasourceVariable
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery as AnyQuery
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.dashboard import VariableOption
from grafana_foundation_sdk.models.prometheus import PromQueryFormat, QueryEditorMode

from generator.domain.conditions.always import Always
from generator.domain.dashboard import Query
from generator.domain.selector import quoted
from generator.domain.service import Service

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")


def source_variable(uid: str) -> DatasourceVariable:
    """The variable that lets one dashboard serve several Prometheus servers; `uid` is the one it starts with."""
    current = VariableOption(text=uid, value=uid)
    return DatasourceVariable("datasource").label("Data source").type("prometheus").current(current)


def over_time(queries: Sequence[Query]) -> list[Builder[AnyQuery]]:
    """The queries for a chart."""
    return [_query(query, number).range() for number, query in enumerate(queries)]


def now(queries: Sequence[Query]) -> list[Builder[AnyQuery]]:
    """The queries for a number: evaluated at the end of the time range, so that a series that ended shows no value."""
    return [_query(query, number).instant() for number, query in enumerate(queries)]


def listed(query: Query) -> Dataquery:
    """The query for a table: one row per series, one column per label."""
    return _query(query, 0).instant().format(PromQueryFormat.TABLE)


def _query(query: Query, number: int) -> Dataquery:
    return (
        Dataquery()
        .ref_id(ref(number))
        .datasource(SOURCE)
        .expr(query.expression)
        .legend_format(query.legend)
        .editor_mode(QueryEditorMode.CODE)
        .exemplar(False)
    )


def ref(number: int) -> str:
    """Grafana's own names of queries: A to Z, then AA."""
    return chr(ord("A") + number) if number < 26 else ref(number // 26 - 1) + ref(number % 26)


def watchdogs(service: Service) -> tuple[str, ...]:
    """Alerts that always fire, which is no news."""
    return tuple(alert.name for alert in service.alerts if isinstance(alert.when, Always))


def firing(service: Service, **labels: str) -> str:
    """A selector of the firing alerts with these labels, watchdogs left out."""
    matchers = [f"{label}={quoted(value)}" for label, value in {"alertstate": "firing", **labels}.items()]
    if silent := watchdogs(service):
        matchers.append(one_of("alertname", silent, but=True))
    return f"ALERTS{{{','.join(matchers)}}}"


def one_of(label: str, values: Sequence[str], *, but: bool = False) -> str:
    """A matcher for any of the values, or for any but these; a regular expression only where it takes one."""
    is_one = len(values) == 1
    operator = ("!=" if is_one else "!~") if but else ("=" if is_one else "=~")
    return f"{label}{operator}{quoted('|'.join(values))}"
