"""Holds the texts of alerts to their numbers, and to what Prometheus can expand in them."""

import re

import pytest

from generator.spec import load_text
from tests.generator.specs import SMALL, alert, changed, problems, small

ERRORS = "summary: Many errors"
QUEUE = "summary: The queue is long"
VISITS = "summary: Few visits"


def summary(old: str, new: str) -> str:
    """The summary that the alert with that one has in a spec with another."""
    place = next(number for number, found in enumerate(small().alerts) if f"summary: {found.summary}" == old)
    return list(load_text(changed(old, f"summary: {new}")).alerts)[place].summary


def refused(old: str, new: str, key: str = "summary") -> str:
    """What is said of another text."""
    (problem,) = problems(changed(old, f"{key}: {new}"))
    assert problem.path.endswith(f".{key}")
    return f"{problem.what}; {problem.remedy}"


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (ERRORS, "More than {threshold} fail", "More than 2 % fail"),
        (ERRORS, "Errors for {for}, seen over {window}", "Errors for 10 minutes, seen over 5 minutes"),
        (QUEUE, "More than {threshold} orders wait", "More than 100 orders wait"),
        (VISITS, "Visits come less often than {threshold}", "Visits come less often than 30 times a minute"),
        ("summary: No orders", "No order for {threshold}", "No order for 1 hour"),
        ("summary: Slow answers", "Slower than {threshold}", "Slower than 1 second"),
        ("summary: Slow answers", "Slower than { threshold }", "Slower than 1 second"),
    ],
    ids=["share", "times", "things", "rate", "age", "quantile", "blanks"],
)
def test_a_placeholder_becomes_the_number_in_words(old: str, new: str, shown: str) -> None:
    assert summary(old, new) == shown


def test_a_share_that_is_written_as_a_plain_number_stays_one() -> None:
    text = changed("above: 2%", "above: 0.02").replace(ERRORS, "summary: Beyond {threshold}")

    assert alert("ErrorRatioHigh", load_text(text)).summary == "Beyond 0.02"


def test_an_impact_may_have_placeholders_too() -> None:
    text = changed("Many errors\n        impact: People leave.", "Many errors\n        impact: Over {threshold} leave.")

    assert alert("ErrorRatioHigh", load_text(text)).impact == "Over 2 % leave."


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (ERRORS, "More than {treshold} fail", "nothing is called {treshold} here; did you mean 'threshold'?"),
        (
            "summary: A breaker is open",
            "Above {threshold}",
            "{threshold} stands for nothing: the alert has no such number",
        ),
        ("summary: A server error", "Over {threshold}", "{threshold} stands for nothing"),
        ("summary: A server error", "For {for}", "{for} stands for nothing"),
        (QUEUE, "Within {window}", "{window} stands for nothing"),
    ],
    ids=["unknown", "no threshold", "any", "no wait", "no window"],
)
def test_a_placeholder_for_no_number_is_refused(old: str, new: str, told: str) -> None:
    assert refused(old, new).startswith(told)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (ERRORS, "More than 3 % fail", "3 %"),
        (ERRORS, "More than three percent fail", "three percent"),
        (ERRORS, "Errors for 5 days", "5 days"),
        (ERRORS, "Errors for half an hour", "half an hour"),
        (QUEUE, "More than 200 orders wait", "200 orders"),
        (QUEUE, "More than fifty unpaid orders wait", "fifty unpaid orders"),
        (VISITS, "Visits come less often than twelve times a minute", "twelve times a minute"),
        ("summary: No orders", "No order for two hours", "two hours"),
        ("summary: Slow answers", "Slower than 2s", "2s"),
        ("summary: Slow answers", "The slowest 10 % are too slow", "10 %"),
    ],
)
def test_a_number_that_is_none_of_the_alerts_is_refused(old: str, new: str, said: str) -> None:
    assert refused(old, new).startswith(f"says {said!r}, and no number of the alert is that; write {{threshold}}, ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ERRORS, "More than 2 % fail, less than 98 % succeed"),
        (ERRORS, "Errors for ten minutes, seen over 5m"),
        (ERRORS, "The newest 300 requests fail"),
        (QUEUE, "More than 100 orders wait"),
        (QUEUE, "Orders wait 3 % longer"),
        (VISITS, "Visits come less often than 30 times a minute"),
        ("summary: No orders", "No order for an hour"),
        ("summary: Slow answers", "The slowest 5 % take longer than one of 1s"),
    ],
)
def test_a_number_that_is_the_alerts_or_counts_something_else_is_fine(old: str, new: str) -> None:
    assert list(load_text(changed(old, f"summary: {new}")).alerts)


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("'{{ .Bad'", "holds half a template; close it"),
        ("'Bad }}'", "holds half a template; close it"),
        ("'{{ .Bad }}'", "'{{ .Bad }}' is no template that is known to work; write {{ $value | humanize }} or"),
        ("'{{ $value | shout }}'", "'{{ $value | shout }}' is no template"),
        ("'{{ $value | printf \"%d\" }}'", "'{{ $value | printf \"%d\" }}' is no template"),
        ("'{{ $labels.foo }}'", "the condition's result has no label 'foo'; known here: shop"),
        ("'{{ $labels.shp }}'", "the condition's result has no label 'shp'; did you mean 'shop'?"),
        ("'{{ query \"up\" }}'", "'{{ query \"up\" }}' is no template"),
    ],
    ids=["half", "other half", "field", "function", "verb", "label", "near label", "query"],
)
@pytest.mark.parametrize("key", ["summary", "impact"])
def test_a_template_that_prometheus_cannot_expand_is_refused(key: str, new: str, told: str) -> None:
    head, _, tail = SMALL.partition("- name: QueueLong\n")
    text = f"{head}- name: QueueLong\n{re.sub(f'{key}: .*', lambda _: f'{key}: {new}', tail, count=1)}"

    (problem,) = problems(text)

    assert problem.path == f"systems[0].alerts[0].{key}"
    assert f"{problem.what}; {problem.remedy}".startswith(told)


@pytest.mark.parametrize(
    "new",
    [
        "'The queue of {{ $labels.shop }} is long'",
        "'Now {{ $value }}, {{ $value | humanize }}, {{- $value | printf \"%.1f\" -}}'",
        "'{{ humanizePercentage $value }}'",
    ],
)
def test_a_template_that_prometheus_can_expand_is_fine(new: str) -> None:
    assert list(load_text(changed(QUEUE, f"summary: {new}")).alerts)


SMALLEST = "min(disk_free_bytes) < 5e9"
DISK = "summary: The disk fills"


@pytest.mark.parametrize(
    ("expression", "label"),
    [
        ("min by (instance) (disk_free_bytes) < 5e9", "instance"),
        ("disk_free_bytes < 5e9", "job"),
        ("max by (shop) (queue_length) > on (shop) min by (shop) (queue_length)", "shop"),
        ('count_values("size", queue_length) > 5', "size"),
        ('absent(queue_length{shop="north"})', "shop"),
        ('absent_over_time(queue_length{shop="north"}[5m])', "shop"),
    ],
)
def test_a_text_may_name_the_labels_that_an_expression_leaves(expression: str, label: str) -> None:
    text = changed(SMALLEST, expression)
    text = changed("unit: bytes\n            fires", "unit: orders\n            fires", text)

    found = load_text(changed(DISK, f"summary: 'On {{{{ $labels.{label} }}}}'", text))

    assert label in alert("DiskFilling", found).when.labels


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        (SMALLEST, "remove it"),
        ("min by (job) (disk_free_bytes) < 5e9", "known here: job"),
        ('absent(queue_length{shop=~"north"})', "remove it"),
        ('absent(queue_length{shop="north", shop!="south"})', "remove it"),
    ],
)
def test_a_label_that_an_expression_does_not_leave_is_no_label_of_its_result(expression: str, known: str) -> None:
    text = changed(SMALLEST, expression)

    (problem,) = problems(changed(DISK, "summary: 'On {{ $labels.shop }}'", text))

    assert problem.what == "the condition's result has no label 'shop'"
    assert problem.remedy == known


@pytest.mark.parametrize("value", ["'{{ bad'", "'{{ $value }}'", "'bad }}'"])
def test_a_label_of_a_system_holds_no_template(value: str) -> None:
    """Prometheus expands labels too, and loads no rule at all where it cannot."""
    text = changed("labels: {team: sales}", f"labels: {{team: {value}}}")

    (problem,) = problems(text)

    assert problem.path == "systems[0].labels.team"
    assert problem.what == "holds a template, and Prometheus knows nothing to put there"


def test_a_template_in_what_an_expression_measures_is_refused() -> None:
    text = changed("measures: the smallest disk has less than 5 GB", "measures: '{{ .Disk }} is full'")

    (problem,) = problems(text)

    assert problem.path == "systems[0].alerts[12].when.promql"


@pytest.mark.parametrize(("key", "usual"), [("title", "Answers are fast"), ("impact", "Calls fail.")])
def test_an_objectives_texts_hold_no_templates(key: str, usual: str) -> None:
    text = SMALL.replace("impact: People wait.", "impact: Calls fail.", 1)

    (problem,) = problems(text.replace(f"{key}: {usual}", f"{key}: '{{{{ $labels.slo }}}} burns'", 1))

    assert problem.path == f"systems[0].objectives[1].{key}"
    assert problem.what == "holds a template, and Prometheus knows nothing to put there"
