"""Holds hand-written PromQL to the catalogue: what Prometheus would only show as silence is told before."""

import pytest

from generator.domain.duration import Duration
from generator.domain.metric import Label, Metric, MetricType
from generator.domain.quantity import Unit
from generator.spec.catalogue import Catalogue, Sampling
from generator.spec.promql import check_expression, read_selector
from tests.generator.specs import SMALL, messages, small

METRICS = {metric.name: metric for system in small().systems for metric in system.metrics} | {
    "share": Metric("share", MetricType.GAUGE, Unit("ratio"), "A share.", (Label("shop", ("north", "south")),))
}
CATALOGUE = Catalogue(METRICS, frozenset(["user_id"]), frozenset(["shop", "mill"]))
REQUESTS = "sum(rate(requests_total[5m]))"


def findings(expression: str) -> list[str]:
    """Everything that is wrong with an expression."""
    return [f"{found.what}; {found.remedy}" for found in check_expression(expression, CATALOGUE)[1]]


def finding(expression: str) -> str:
    """The one thing that is wrong with an expression."""
    found = findings(expression)
    assert len(found) == 1, f"expected one finding, found {found}"
    return found[0]


@pytest.mark.parametrize(
    "expression",
    [
        "queue_length > 5",
        'sum by (code) (rate(requests_total{code=~"4xx|5xx"}[5m]))',
        'up{job="shop"} == 0',
        'ALERTS{alertname="QueueLong", alertstate="firing"}',
        'slo:error_budget_remaining:ratio{slo="shop-answers"} < 0.1',
        "slo:burn_rate:ratio_rate1h / slo:objective:ratio",
        "histogram_quantile(0.95, sum by (le, route) (rate(duration_seconds_bucket[5m])))",
        'rate(duration_seconds_bucket{le="1"}[5m])',
        "rate(duration_seconds_sum[5m]) / (rate(duration_seconds_count[5m]) > 0)",
        "sum(rate(requests_total[$__rate_interval]))",
        "max_over_time(queue_length[1h:5m])",
        "topk(3, queue_length)",
        'label_replace(queue_length, "a", "$1", "shop", "(.*)")',
        "queue_length * on (job, instance) group_left () up",
        "sum without (code) (rate(requests_total[5m]))",
        "time() - last_order_timestamp",
        "absent(queue_length)",
        "vector(1)",
    ],
)
def test_sound_promql_has_no_findings(expression: str) -> None:
    assert findings(expression) == []


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("queue_lenght", "metric 'queue_lenght' is not in the catalogue; did you mean 'queue_length'?"),
        ("rate(nonsense[5m])", "metric 'nonsense' is not in the catalogue; known here: breaker_state, "),
        ("slo:burn_rat:ratio_rate1h", "metric 'slo:burn_rat:ratio_rate1h' is not in the catalogue; known here:"),
        ("topk(scalar(nonsense), queue_length)", "metric 'nonsense' is not in the catalogue"),
        ("duration_seconds_total", "metric 'duration_seconds_total' is not in the catalogue"),
        ('{code="5xx"}', "a selector without a metric name reads everything; name the metric"),
        ("duration_seconds", "the histogram duration_seconds has no series of that name; use duration_seconds_bucket"),
        ("rate(duration_seconds[5m])", "the histogram duration_seconds has no series of that name"),
    ],
    ids=["typo", "nothing near", "record", "parameter", "part of a histogram", "no name", "histogram", "its rate"],
)
def test_an_unknown_metric_is_told(expression: str, told: str) -> None:
    assert finding(expression).startswith(told)


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ('requests_total{cod="5xx"}', "requests_total has no label 'cod'; did you mean 'code'?"),
        ('queue_length{le="1"}', "queue_length has no label 'le'"),
        ('duration_seconds_count{le="1"}', "duration_seconds has no label 'le'"),
        (
            'slo:objective:ratio{shop="a"}',
            "slo:objective:ratio has no label 'shop'; known here: instance, job, slo, system, window",
        ),
        ("sum by (cod) (requests_total)", "groups by 'cod', which its series do not have; did you mean 'code'?"),
        ("sum by (code) (sum(requests_total))", "groups by 'code', which its series do not have; remove it"),
        ("queue_length + on (shp) queue_length", "matches on 'shp', which neither side has; did you mean 'shop'?"),
    ],
    ids=["matcher", "bucket label of a gauge", "of a count", "of a record", "grouping", "aggregated away", "matching"],
)
def test_an_unknown_label_is_told(expression: str, told: str) -> None:
    assert finding(expression).startswith(told)


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ('requests_total{code="500"}', "'500' is no value of code of requests_total; "),
        ('requests_total{code!="6xx"}', "'6xx' is no value of code of requests_total; "),
        ('requests_total{code=~"5..|6.."}', ""),
        ('requests_total{code=~"6.."}', "'6..' matches no value of code of requests_total; known here: 2xx, 4xx, 5xx"),
        ('ALERTS{alertstate="fired"}', "'fired' is no value of alertstate of ALERTS"),
        ('requests_total{code=~"5xx|6xx"}', "'6xx' is no value of code of requests_total; did you mean '5xx'?"),
        ('requests_total{code=~"(?:5xx|q)"}', "'q' is no value of code of requests_total; known here: 2xx, 4xx, 5xx"),
        ('requests_total{code!~"5xx|6xx"}', "'6xx' is no value of code of requests_total; "),
        ('requests_total{code=~"5xx|"}', ""),
        (r'requests_total{code=~"5xx|\\d.*|2.."}', ""),
        ('requests_total{code=""}', ""),
        ('requests_total{session="anything"}', ""),
    ],
    ids=[
        "unknown",
        "unknown excluded",
        "some match",
        "none matches",
        "of alerts",
        "one listed is unknown",
        "in a group",
        "excluded",
        "nothing listed",
        "a pattern",
        "empty",
        "open label",
    ],
)
def test_an_unknown_label_value_is_told(expression: str, told: str) -> None:
    found = findings(expression)

    assert [one.startswith(told) for one in found] == ([True] if told else [])


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("rate(queue_length[5m])", "rate over the gauge queue_length; use deriv or delta for what goes up and down"),
        ("irate(queue_length[5m])", "irate over the gauge queue_length"),
        ("increase(breaker_state[5m])", "increase over the gauge breaker_state"),
        ("rate(slo:objective:ratio[5m])", "rate over the gauge slo:objective:ratio"),
        ("delta(visits_total[5m])", "delta over the counter visits_total; use rate or increase for what only grows"),
        ("deriv(duration_seconds_count[5m])", "deriv over the counter duration_seconds"),
        ("predict_linear(requests_total[5m], 60)", "predict_linear over the counter requests_total"),
    ],
)
def test_a_function_over_the_wrong_type_is_told(expression: str, told: str) -> None:
    assert finding(expression).startswith(told)


@pytest.mark.parametrize(
    "inner", ["sum(rate(duration_seconds_bucket[5m]))", "sum by (route) (duration_seconds_bucket)"]
)
def test_a_quantile_without_le_is_told(inner: str) -> None:
    found = finding(f"histogram_quantile(0.95, {inner})")

    assert found == "histogram_quantile without the label 'le'; keep le in the aggregation"


def test_a_quantile_of_what_is_no_histogram_is_told() -> None:
    assert finding("histogram_quantile(0.95, queue_length)").startswith("histogram_quantile without the label 'le'")


def test_a_threshold_between_bucket_bounds_is_told() -> None:
    text = SMALL.replace("{of: duration_seconds, over: 10m}, above: 1s", "{of: duration_seconds, over: 10m}, above: 2s")

    (said,) = messages(text)

    assert said.endswith("when.above: 2 is no bucket bound of duration_seconds; use one of 0.5, 1")


@pytest.mark.parametrize(
    "expression",
    [
        "min(disk_free_bytes)",
        "min(disk_free_bytes) < bool 5e9",
        "min(disk_free_bytes) or vector(0)",
        "-min(disk_free_bytes)",
    ],
)
def test_a_missing_comparison_is_told(expression: str) -> None:
    (said,) = messages(SMALL.replace("min(disk_free_bytes) < 5e9", expression))

    assert said.endswith("promql.expr: has a result all the time; end it with a comparison, such as > 5")


@pytest.mark.parametrize(
    ("expression", "labels"),
    [
        ("sum(requests_total) > queue_length", "none and instance, job, shop"),
        ("sum by (code) (requests_total) - sum(requests_total)", "code and none"),
        ("queue_length and up", "instance, job, shop and instance, job"),
        ("queue_length unless sum(visits_total)", "instance, job, shop and none"),
        ("rate(requests_total[5m]) * visits_total", "code, instance, job, session and instance, job"),
    ],
)
def test_matching_one_to_one_that_drops_labels_is_told(expression: str, labels: str) -> None:
    found = finding(expression)

    assert f"have different labels ({labels}) and never match; aggregate both by the same labels" in found


@pytest.mark.parametrize(
    "expression",
    [
        "queue_length and on (job) up",
        "sum by (code) (requests_total) - ignoring (code) group_left () sum(requests_total)",
        "sum(queue_length) > 5",
        "queue_length or up",
        "queue_length > 5 and queue_length < 9",
    ],
)
def test_matching_that_says_what_it_means_is_fine(expression: str) -> None:
    assert findings(expression) == []


@pytest.mark.parametrize(
    "divisor",
    [
        REQUESTS,
        f"({REQUESTS})",
        "scalar(queue_length)",
        "sum(queue_length) - 1",
        "(sum(queue_length) > bool 0)",
        "(sum(queue_length) > -1)",
        "(sum(queue_length) < 5)",
        "(sum(queue_length) != 5)",
        "(sum(queue_length) >= 0)",
        "(sum(queue_length) or vector(0))",
        "vector(0)",
        "clamp_min(sum(queue_length), 0)",
        "clamp_min(sum(queue_length), 1)",
        "(3 - 3)",
        "abs(sum(queue_length))",
    ],
)
def test_a_division_by_what_can_be_zero_is_told(divisor: str) -> None:
    found = finding(f"sum(visits_total) / {divisor}")

    assert found == "divides by what can be zero; write / (divisor > 0), so that an idle system gives no result"


@pytest.mark.parametrize(
    "divisor",
    [
        "60",
        "(60 * 24)",
        f"({REQUESTS} > 0)",
        f"(({REQUESTS}) > 0)",
        "(sum(queue_length) != 0)",
        "(sum(queue_length) >= 1)",
    ],
)
def test_a_division_by_what_cannot_be_zero_is_fine(divisor: str) -> None:
    assert findings(f"sum(visits_total) / on () {divisor}") == []


@pytest.mark.parametrize("operator", ["/", "%"])
def test_a_remainder_by_what_can_be_zero_is_told_like_a_quotient(operator: str) -> None:
    assert finding(f"sum(visits_total) {operator} sum(queue_length)").startswith("divides by what can be zero")


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        (
            "queue_length * on (job) queue_length > 2",
            "the left side of '*' has labels that are not matched (instance, ",
        ),
        (
            "sum by (shop) (queue_length) / on () (sum(queue_length) > 0) > 2",
            "the left side of '/' has labels that are",
        ),
        ("sum(queue_length) / on () (sum by (shop) (queue_length) > 0)", "the right side of '/' has labels that are"),
        ("sum by (shop) (queue_length) / ignoring (shop) (sum(queue_length) > 0)", "the left side of '/' has labels"),
        ("queue_length * on (job) group_left () queue_length", "the right side of '*' has labels that are not matched"),
        ("queue_length * on (job) group_right () queue_length", "the left side of '*' has labels that are not matched"),
        ("queue_length and on (shop) up", "matches on 'shop', which the right side does not have"),
    ],
    ids=["dropped", "on nothing", "right", "ignoring", "group_left", "group_right", "set operator"],
)
def test_sides_that_cannot_be_told_apart_by_the_matched_labels_are_told(expression: str, told: str) -> None:
    assert any(found.startswith(told) for found in findings(expression))


@pytest.mark.parametrize(
    "expression",
    [
        "sum by (shop) (queue_length) / on (shop) (sum by (shop) (share) > 0)",
        "sum by (shop) (queue_length) / on () group_left () (sum(queue_length) > 0)",
        "sum by (shop) (queue_length) / ignoring (shop) group_left () (sum(queue_length) > 0)",
        "sum(queue_length) * on () group_right () queue_length",
        "queue_length unless on () sum(visits_total)",
    ],
)
def test_sides_that_are_told_apart_by_the_matched_labels_are_fine(expression: str) -> None:
    assert findings(expression) == []


QUANTILE = "histogram_quantile(0.95, sum by (le) (rate(duration_seconds_bucket[5m])))"


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        (f"{QUANTILE} > 2", "2 is no bucket bound of duration_seconds; use one of 0.5, 1"),
        (f"max({QUANTILE}) > 2", "2 is no bucket bound of duration_seconds; use one of 0.5, 1"),
        (f"2 < {QUANTILE}", "2 is no bucket bound of duration_seconds; use one of 0.5, 1"),
        (f"{QUANTILE} > 5", "no estimate lies above 5, the last bucket bound of duration_seconds; add a larger"),
        (QUANTILE.replace("0.95", "95"), "95 is no quantile; write a number between 0 and 1, such as 0.95"),
        (QUANTILE.replace("0.95", "-(1)"), "-1 is no quantile"),
        (
            "histogram_quantile(0.95, sum by (le) (duration_seconds_bucket))",
            "histogram_quantile over duration_seconds_bucket counts everything since the process began; write rate(",
        ),
        (
            'rate(duration_seconds_bucket{le="2"}[5m])',
            "'2' is no bucket bound of duration_seconds; known here: 0.5, 1,",
        ),
        ('rate(duration_seconds_bucket{le=~"2([.]0)?"}[5m])', "'2([.]0)?' is no bucket bound of duration_seconds"),
    ],
    ids=["between", "largest", "turned round", "last", "phi", "negative phi", "raw", "le", "le pattern"],
)
def test_what_buckets_cannot_tell_is_told(expression: str, told: str) -> None:
    assert finding(expression).startswith(told)


@pytest.mark.parametrize(
    "expression",
    [
        f"{QUANTILE} > 1",
        f"{QUANTILE} > 60 / 60",
        f"{QUANTILE} / 2 > 0.3",
        'rate(duration_seconds_bucket{le="1.0"}[5m])',
        'rate(duration_seconds_bucket{le=~"1([.]0)?"}[5m])',
        'rate(duration_seconds_bucket{le="+Inf"}[5m])',
    ],
)
def test_what_buckets_can_tell_is_fine(expression: str) -> None:
    assert findings(expression) == []


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        (
            "visits_total > 5",
            "compares the counter visits_total, which only grows and starts again at zero; compare its",
        ),
        ("5 < sum(visits_total)", "compares the counter visits_total"),
        ("max_over_time(visits_total[5m]) > 5", "compares the counter visits_total"),
        (
            "rate(sum(visits_total)[5m:1m])",
            "rate over a subquery cannot tell a restarted process from work undone; take",
        ),
        ("rate(queue_length[5m:1m])", "rate over the gauge queue_length"),
        ("avg(share) > 2", "a share is never > 2; compare with a number between 0 and 1"),
        ("max by (shop) (share) < 0", "a share is never < 0"),
        ("1.5 <= share", "a share is never >= 1.5"),
        ("queue_length > NaN", "nothing is ever > nan; compare with a number that can be crossed"),
        ("queue_length > +Inf", "nothing is ever > inf"),
    ],
)
def test_a_comparison_that_says_nothing_is_told(expression: str, told: str) -> None:
    assert finding(expression).startswith(told)


@pytest.mark.parametrize(
    "expression",
    [
        "visits_total - visits_total offset 5m > 5",
        "count(visits_total) > 5",
        "rate(visits_total[5m:1m]) > 5",
        "sum(share) > 2",
        "share > 0.5",
        "share - 1 < 0",
        "queue_length < +Inf",
        "slo:burn_rate:ratio_rate1h > 14.4",
        "slo:error_budget_remaining:ratio < 0",
    ],
)
def test_a_comparison_that_can_go_either_way_is_fine(expression: str) -> None:
    assert findings(expression) == []


def test_a_recorded_share_is_one() -> None:
    assert finding("slo:sli_error:ratio_rate1h > 1.5").startswith("a share is never > 1.5")


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ('up{job="shp"} == 0', "'shp' is no value of job of up; did you mean 'shop'?"),
        ('queue_length{job="mill"}', "'mill' is no value of job of queue_length; known here: shop"),
        ('up{job=~"bakery|.*smith"}', "'bakery|.*smith' matches no value of job of up; known here: mill, shop"),
    ],
    ids=["typo", "another metric's", "pattern"],
)
def test_an_unknown_scrape_job_is_told(expression: str, told: str) -> None:
    assert finding(expression).startswith(told)


@pytest.mark.parametrize(
    "expression",
    [
        'count_values("user_id", queue_length)',
        'label_replace(queue_length, "user_id", "$1", "shop", "(.*)")',
        'label_join(queue_length, "user_id", "-", "shop", "job")',
    ],
    ids=["count_values", "label_replace", "label_join"],
)
def test_a_forbidden_label_that_an_expression_makes_is_told(expression: str) -> None:
    assert finding(expression) == "makes the forbidden label 'user_id'; identifiers belong into logs and traces"


def test_a_label_that_is_read_and_not_there_is_told() -> None:
    found = finding('label_replace(queue_length, "a", "$1", "shp", "(.*)")')

    assert found == "reads the label 'shp', which its series do not have; did you mean 'shop'?"


@pytest.mark.parametrize(
    ("scraped", "expression", "told"),
    [
        (
            30,
            "rate(visits_total[1m])",
            "[1m] is too short to hold enough samples of visits_total; look back 2m or more",
        ),
        (
            60,
            "max_over_time(queue_length[3m])",
            "[3m] is too short to hold enough samples of queue_length; look back 4m",
        ),
        (60, "max_over_time(slo:objective:ratio[1m])", "[1m] is too short to hold enough samples of slo:objective:rat"),
    ],
    ids=["two minutes", "four scrapes", "records"],
)
def test_a_range_that_is_too_short_for_the_scrapes_is_told(scraped: int, expression: str, told: str) -> None:
    every = Duration(scraped * 1000)
    catalogue = Catalogue(METRICS, frozenset(), sampling=Sampling(every, Duration(30_000)))

    (found,) = check_expression(expression, catalogue).findings

    assert f"{found.what}; {found.remedy}".startswith(told)


@pytest.mark.parametrize(
    ("expression", "labels"),
    [
        ("sum by (shop) (queue_length) > 5", {"shop"}),
        ('count_values("size", queue_length)', {"size"}),
        ('label_replace(max(queue_length), "a", "b", "", "")', {"a"}),
        ("queue_length * on (job) group_left () max by (job) (up)", {"shop", "job", "instance"}),
        ("max by (job, shop) (queue_length) > on (job) max by (job) (up)", {"job"}),
        ("vector(1)", None),
    ],
)
def test_the_labels_of_a_result_are_known(expression: str, labels: set[str] | None) -> None:
    found = check_expression(expression, CATALOGUE).labels

    assert found == (None if labels is None else frozenset(labels))


@pytest.mark.parametrize(
    "expression",
    ['requests_total{user_id="7"}', "sum by (user_id) (requests_total)", "sum without (user_id) (requests_total)"],
    ids=["matcher", "grouping", "grouping without"],
)
def test_a_forbidden_label_is_told_wherever_it_stands(expression: str) -> None:
    assert any("label 'user_id'" in found and "identifiers belong into logs" in found for found in findings(expression))


def test_a_label_over_its_budget_is_told() -> None:
    (said,) = messages(SMALL.replace("session: 100", "session: 10000"))

    assert (
        "metrics[0].labels: requests_total can have 30,000 series on one target, more than 10,000; drop a label" in said
    )


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("", "invalid PromQL: no expression found in input; mend the expression"),
        ("sum(queue_length", "invalid PromQL: "),
        ("rate(visits_total)", "invalid PromQL: "),
        ("rate(visits_total[0s])", "invalid PromQL: duration must be greater than 0"),
        ("nonsense(queue_length)", "invalid PromQL: "),
        ('queue_length{shop=~"("}', "invalid PromQL: illegal regex"),
        ('queue_length{shop=~"[[:alpha:]]+"}', "'[[:alpha:]]+' is no regular expression that we can read"),
        (r'queue_length{shop=~"\\pL"}', "'\\\\pL' is no regular expression that we can read: bad escape"),
        ('queue_length{shop="north" or shop="south"}', "'or' between matchers; write a regular expression"),
    ],
)
def test_what_cannot_be_read_is_told(expression: str, told: str) -> None:
    assert finding(expression).startswith(told)


@pytest.mark.parametrize(
    "text",
    [
        "queue_length > 5",
        "sum(queue_length)",
        "queue_length offset 5m",
        "queue_length[5m]",
        "queue_length @ 5",
        "1",
        '"a"',
    ],
)
def test_a_selector_is_one_metric_with_matchers_and_nothing_else(text: str) -> None:
    selector, found = read_selector(text, CATALOGUE)

    assert selector is None
    assert [one.remedy for one in found] == ["write one metric with matchers, without functions"]


def test_a_panel_is_held_to_the_same_checks_as_an_alert() -> None:
    (said,) = messages(SMALL.replace("expr: 'sum(rate(requests_total[5m]))'", "expr: 'sum(rate(queue_length[5m]))'"))

    assert said.endswith(
        "queries[0].expr: rate over the gauge queue_length; use deriv or delta for what goes up and down"
    )


def test_every_finding_is_told_at_once() -> None:
    found = findings("rate(queue_length[5m]) / sum by (cod) (nonsense)")

    assert [one.split()[0] for one in found] == ["rate", "metric", "divides", "the"]
