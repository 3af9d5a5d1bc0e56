"""Holds every documented alert's rule to its document: number, windows, `for`, severity and series."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest

from .bundle import rule, rule_file, rules
from .documented import DOCUMENTED, Comparison, Documented, Measure, Series
from .reading import Compared, Reading, Selection

P95: Final = (Decimal("0.95"),)

#: What gives away that an expression computes its measure.
COMPUTES: Final[Mapping[Measure, Callable[[Reading], bool]]] = {
    Measure.VALUE: lambda it: not (it.calls or it.spans or "/" in it.operators),
    Measure.PER_SECOND: lambda it: "rate" in it.calls and "/" not in it.operators,
    Measure.EVENTS: lambda it: bool(it.spans) and "rate" not in it.calls and "/" not in it.operators,
    Measure.SHARE: lambda it: "/" in it.operators and "clamp_min" not in it.calls,
    Measure.P95: lambda it: it.quantiles == P95 and any("le" in labels for labels in it.groupings),
    Measure.AGE: lambda it: "time" in it.calls and "-" in it.operators,
    Measure.STATE: lambda it: "absent" not in it.calls and "/" not in it.operators,
    Measure.DOWN: lambda it: "absent" in it.calls and "or" in it.operators,
    Measure.STALLED: lambda it: bool(it.exceptions),
}


def told(row: Documented, what: str, expected: object, found: object) -> str:
    """What a failing test says."""
    source = f"{row.document}, {row.heading}: {'; '.join(row.quotes)}"
    return f"{row.alert}: {what}: expected {expected}, found {found} ({source})"


def each(*rows: Documented) -> pytest.MarkDecorator:
    """One case per alert."""
    return pytest.mark.parametrize("row", rows, ids=[row.alert for row in rows])


def test_the_table_holds_thirty_two_different_alerts() -> None:
    assert len(DOCUMENTED) == len({row.alert for row in DOCUMENTED}) == 32


@each(*DOCUMENTED)
def test_a_documented_alert_exists_once_in_its_systems_file(row: Documented) -> None:
    found = [rule.file for rule in rules() if rule.alert == row.alert]
    expected = [rule_file(row.system).name]
    assert found == expected, told(row, "rule files that hold it", expected, found)


@each(*DOCUMENTED)
def test_a_rule_compares_with_the_documented_number(row: Documented) -> None:
    found = rule(row.alert).reading
    expected = {(row.comparison.value, row.number)}
    if row.comparison is not Comparison.AT:
        assert found.verdicts == expected, told(row, "threshold", signs(expected), signs(found.verdicts))
        return
    shown = found.comparisons - {(">", Decimal(0))}
    assert shown == expected, told(row, "state", signs(expected), signs(shown))
    assert found.verdicts <= expected | {(">", Decimal(0))}, told(
        row, "verdict", signs(expected), signs(found.verdicts)
    )
    assert found.verdicts, told(row, "verdict", signs(expected), "none")


@each(*DOCUMENTED)
def test_a_rule_computes_what_the_number_is_a_number_of(row: Documented) -> None:
    found = rule(row.alert)
    assert COMPUTES[row.measure](found.reading), told(row, "measure", row.measure.value, found.expr)


@each(*(row for row in DOCUMENTED if row.window))
def test_a_rule_looks_back_over_the_documented_window(row: Documented) -> None:
    found = rule(row.alert).reading.spans
    assert found == {row.window}, told(row, "window", row.window, spoken(found))


@each(*(row for row in DOCUMENTED if row.published_window))
def test_a_rule_looks_back_over_the_published_window_where_the_document_names_none(row: Documented) -> None:
    found = rule(row.alert).reading.spans
    assert found == {row.published_window}, told(row, "window", row.published_window, spoken(found))


@each(*(row for row in DOCUMENTED if row.within))
def test_a_rule_fires_as_soon_as_its_document_expects(row: Documented) -> None:
    found = rule(row.alert)
    takes = found.lasts + max(found.reading.spans, default=timedelta(0))
    assert row.within is None or takes <= row.within, told(row, "window and `for` together", row.within, takes)


@each(*DOCUMENTED)
def test_a_rule_waits_for_the_documented_time(row: Documented) -> None:
    found = rule(row.alert).lasts
    assert found == row.lasts, told(row, "for", row.lasts, found)


@each(*DOCUMENTED)
def test_a_rule_has_the_documented_severity(row: Documented) -> None:
    found = rule(row.alert).labels.get("severity")
    assert found == row.severity.value, told(row, "severity", row.severity.value, found)


@each(*DOCUMENTED)
def test_a_rule_reads_the_series_of_the_contract_and_no_others(row: Documented) -> None:
    found = rule(row.alert).reading.series
    expected = {required(item) for item in row.reads}
    shown = {plain(selection, row.reads) for selection in found}
    assert shown == expected, told(row, "series", spelled(expected), spelled(found))


@each(*(row for row in DOCUMENTED if row.measure is Measure.STALLED))
def test_a_stalled_rule_watches_the_output_where_it_may_be_absent(row: Documented) -> None:
    found = rule(row.alert).reading.exceptions
    expected = required(row.reads[-1])
    assert found == {expected}, told(row, "series right of `unless`", spelled({expected}), spelled(found))


@each(*(row for row in DOCUMENTED if row.per))
def test_a_rule_keeps_the_labels_that_the_document_speaks_of(row: Documented) -> None:
    found = rule(row.alert).reading.groupings
    assert all(row.per <= labels for labels in found), told(
        row, "kept labels", sorted(row.per), list(map(sorted, found))
    )


def required(item: Series) -> Selection:
    """The selection that a row demands."""
    return item.metric, item.matchers


def plain(selection: Selection, allowed: tuple[Series, ...]) -> Selection:
    """A found selection without the matchers that its row calls optional."""
    metric, matchers = selection
    optional = frozenset().union(*(item.optional for item in allowed if item.metric == metric))
    return metric, matchers - optional


def signs(compared: Iterable[Compared]) -> list[str]:
    """Comparisons for a message."""
    return sorted(f"{operator} {number.normalize():f}" for operator, number in compared)


def spelled(selections: Iterable[Selection]) -> list[str]:
    """Selections as PromQL."""
    return sorted(f"{metric}{{{', '.join(sorted(matchers))}}}" for metric, matchers in selections)


def spoken(spans: frozenset[timedelta]) -> list[str]:
    """Durations for a message."""
    return [str(span) for span in sorted(spans)]
