"""Holds every bad spec to one clear message per problem, at its place, with a remedy, all of them in one run."""

import re
from dataclasses import dataclass

import pytest

from generator.spec import load_text
from generator.spec.problems import Problem, SpecError, did_you_mean
from tests.generator.specs import SMALL, changed, messages, place, problems, refusal, small


@dataclass(frozen=True)
class Bad:
    """A mistake in the small spec.

    Attributes:
        what: its name.
        old: the passage in which it is made.
        new: what stands there then.
        said: path, fact and remedy, or how they begin.
        at: where the message points; empty where the passage stands twice.
    """

    what: str
    old: str
    new: str
    said: str
    at: str = ""


BAD = [
    Bad(
        "an unknown key",
        "    title: Shop\n    document",
        "    titel: Shop\n    document",
        "systems[0].titel: unknown key 'titel'; did you mean 'title'?",
        "titel",
    ),
    Bad(
        "a missing key",
        "    title: Shop\n    document",
        "    document",
        "systems[0]: 'title' is missing; add it; see docs/spec.md",
        "name: shop\n    document",
    ),
    Bad(
        "an unknown kind of condition",
        "{always: {}}",
        "{allways: {}}",
        "systems[0].alerts[11].when.allways: unknown key 'allways'; did you mean 'always'?",
        "allways",
    ),
    Bad(
        "two kinds at once",
        "{always: {}}",
        "{always: {}, down: {job: shop}}",
        "systems[0].alerts[11].when: 2 conditions (always, down); write exactly one of value, rate, count, any, r",
        "when: {always",
    ),
    Bad(
        "a wrong type",
        "        for: 10m\n        severity: warning\n        source: Queue",
        "        for: 10\n        severity: warning\n        source: Queue",
        "systems[0].alerts[0].for: 10 is a whole number; write a duration such as 10m",
        "for: 10\n",
    ),
    Bad(
        "no type at all",
        "scrape_interval: 30s",
        "scrape_interval:",
        "bundle.scrape_interval: is empty; write a duration such as 10m",
        "scrape_interval:",
    ),
    Bad(
        "a threshold of nothing",
        "above: 2%",
        "above: ~",
        "systems[0].alerts[4].when.above: is empty; write a number with its unit, such as 2%",
        "above: ~",
    ),
    Bad(
        "a period without a unit",
        "objective: 99.9%\n        window: 30d",
        "objective: 99.9%\n        window: 30",
        "systems[0].objectives[0].window: 30 is a whole number; write a duration such as 10m",
        "window: 30\n",
    ),
    Bad(
        "a unit that is nearly one",
        "unit: seconds",
        "unit: second",
        "systems[0].metrics[2].unit: 'second' counts nothing; did you mean 'seconds'?",
        "unit: second\n",
    ),
    Bad(
        "a type that is none",
        "type: counter, unit: visits",
        "type: conter, unit: visits",
        "systems[0].metrics[1].type: 'conter' is not allowed; did you mean 'counter'?",
        "type: conter",
    ),
    Bad(
        "a name that cannot be one, of an alert that others name",
        "- name: QueueLong\n",
        "- name: queue long\n",
        "systems[0].alerts[0].name: 'queue long' does not fit here; write letters and digits without spaces, a cap",
        "name: queue long",
    ),
    Bad(
        "scrapes so far apart that alerts fall silent",
        "scrape_interval: 30s",
        "scrape_interval: 10m",
        "bundle.scrape_interval: 10m is too slow: Prometheus forgets a sample after 5m, so alerts would fall silent; ",
        "scrape_interval: 10m",
    ),
    Bad(
        "scrapes so near that no target stands them",
        "scrape_interval: 30s",
        "scrape_interval: 1ms",
        "bundle.scrape_interval: 1ms is shorter than 1s; write at least 1s; 30s is usual",
        "scrape_interval: 1ms",
    ),
    Bad(
        "evaluations so near that no server stands them",
        "evaluation_interval: 30s",
        "evaluation_interval: 999ms",
        "bundle.evaluation_interval: 999ms is shorter than 1s; write at least 1s; 30s is usual",
        "evaluation_interval: 999ms",
    ),
    Bad(
        "evaluations so far apart that alerts fall silent",
        "evaluation_interval: 30s",
        "evaluation_interval: 7m",
        "bundle.evaluation_interval: 7m is too slow: Prometheus forgets a sample after 5m, so alerts would fall silent",
        "evaluation_interval: 7m",
    ),
    Bad(
        "scrapes too far apart for objectives",
        "scrape_interval: 30s",
        "scrape_interval: 76s",
        "bundle.scrape_interval: objectives count over 5m, in which 1m16s leaves too few samples; write 1m15s or less",
        "scrape_interval: 76s",
    ),
    Bad(
        "a job that nobody knows",
        "{down: {job: shop}}",
        "{down: {job: shp}}",
        "systems[0].alerts[8].when.down.job: there is no scrape job 'shp'; did you mean 'shop'; a job that no metri",
        "job: shp",
    ),
    Bad(
        "a label of alerts on a metric",
        "{shop: [north, south]}",
        "{shop: [north, south], alertname: [a]}",
        "systems[0].metrics[3].labels.alertname: label 'alertname' belongs to Prometheus itself; choose another key",
        "alertname: [a]",
    ),
    Bad(
        "a label that Prometheus drops",
        "{shop: [north, south]}",
        "{shop: [north, south], __name__: [a]}",
        "systems[0].metrics[3].labels.__name__: label '__name__' belongs to Prometheus itself; choose another key",
        "__name__: [a]",
    ),
    Bad(
        "a window beyond what a server keeps",
        "over: 10m}, below: 0.5/s",
        "over: 400d}, below: 0.5/s",
        "systems[0].alerts[1].when.rate.over: 400d is longer than 7d; stay within 7d: events are counted by looking b",
        "over: 400d",
    ),
    Bad(
        "a wait of a month",
        "        for: 2m\n",
        "        for: 31d\n",
        "systems[0].alerts[8].for: 31d is longer than 7d; stay within 7d; what nobody needs to hear of for a week is",
        "for: 31d",
    ),
    Bad(
        "no wait where one has to be said",
        "        for: 2m\n",
        "",
        "systems[0].alerts[8]: does not say for how long it must last; add for, such as 10m; 0s is at once",
        "name: ShopDown",
    ),
    Bad(
        "a bridge shorter than two scrapes",
        "is: open, by: [name]}",
        "is: open, by: [name], within: 59s}",
        "systems[0].alerts[10].when.state.within: 59s may hold no sample at all; write 1m or more, which is two scrap",
        "within: 59s",
    ),
    Bad(
        "an impossible duration",
        "        for: 2m\n",
        "        for: 2min\n",
        "systems[0].alerts[8].for: '2min' is not a duration; write a number and a unit, such as 30s, 10m or 1h30m",
        "for: 2min",
    ),
    Bad(
        "an interval of zero",
        "evaluation_interval: 30s",
        "evaluation_interval: 0m",
        "bundle.evaluation_interval: an interval of zero; write at least 1s; 30s is usual",
        "evaluation_interval",
    ),
    Bad(
        "a repetition of zero",
        "repeat_interval: 1m",
        "repeat_interval: 0s",
        "routing.heartbeat.repeat_interval: an interval of zero; write at least 1s; Alertmanager refuses zero",
        "repeat_interval",
    ),
    Bad(
        "a threshold outside its unit",
        "above: 2%",
        "above: 200%",
        "systems[0].alerts[4].when.above: '200%' lies outside 0 % to 100 %; a ratio is a share; write it as 2% or",
        "above: 200%",
    ),
    Bad(
        "a threshold in another unit",
        "above: 2%",
        "above: 2s",
        "systems[0].alerts[4].when.above: '2s' is not a number of ratio; write it as 2%",
        "above: 2s",
    ),
    Bad(
        "a threshold that nothing crosses",
        "above: 2%",
        "above: 100%",
        "systems[0].alerts[4].when.above: nothing is ever above 100 %; write a threshold that can be crossed",
        "above: 100%",
    ),
    Bad(
        "a metric that is not in the catalogue",
        "{of: last_order_timestamp}",
        "{of: last_oder_timestamp}",
        "systems[0].alerts[6].when.age.of: metric 'last_oder_timestamp' is not in the catalogue; did you mean 'la",
        "of: last_oder",
    ),
    Bad(
        "a selector that selects nothing",
        "{of: 'requests_total{code=\"4xx\"}', over: 10m}",
        '{of: \'requests_total{code="4xx",code="5xx"}\', over: 10m}',
        'systems[0].alerts[2].when.count.of: no series is known that requests_total{code="4xx",code="5xx"} select',
        'of: \'requests_total{code="4xx",',
    ),
    Bad(
        "invalid PromQL",
        "min(disk_free_bytes) < 5e9",
        "min(disk_free_bytes < 5e9",
        "systems[0].alerts[12].when.promql.expr: invalid PromQL: ",
        "expr: min(",
    ),
    Bad(
        "a severity without a route",
        "        severity: critical\n        source: Errors",
        "        severity: page\n        source: Errors",
        "systems[0].alerts[4].severity: 'page' is not allowed; known here: critical, info, warning",
        "severity: page",
    ),
    Bad(
        "a route for no severity",
        "  heartbeat:",
        "  severities: {fatal: {group_wait: 1s}}\n  heartbeat:",
        "routing.severities.fatal: unknown key 'fatal'; known here: critical, info, warning",
        "fatal",
    ),
    Bad(
        "a grouping by no label",
        "group_by: [alertname, system]",
        "group_by: [alertname, my system]",
        "routing.group_by[1]: 'my system' does not fit here; write letters, digits and underscores, no digit first",
        "my system",
    ),
    Bad(
        "an alert twice",
        "- name: OrdersSlow",
        "- name: QueueLong",
        "systems[0].alerts[1].name: alert 'QueueLong' stands here twice; rename one of them",
        "",
    ),
    Bad(
        "an objective twice",
        "      - name: speed",
        "      - name: answers",
        "systems[0].objectives[1].name: objective 'shop-answers' stands here twice; rename one of them",
        "",
    ),
    Bad(
        "a metric twice",
        "      - name: breaker_state\n",
        "      - {name: visits_total, type: counter, unit: visits, help: Visits.}\n      - name: breaker_state\n",
        "systems[0].metrics[4].name: metric 'visits_total' stands here twice; describe a metric once",
    ),
    Bad(
        "an alert with a burn alert's name",
        "- name: OrdersSlow",
        "- name: ShopAnswersBudgetBurn",
        "systems[0].objectives[0].name: its burn alert ShopAnswersBudgetBurn has the name of another alert; renam",
        "name: answers",
    ),
    Bad(
        "a system with the name of a dashboard",
        "  - name: shop\n",
        "  - name: overview\n",
        "systems[0].name: 'overview' is the dashboard of all systems; choose another name",
        "name: overview",
    ),
    Bad(
        "a procedure that is not there",
        "see: [first-look]",
        "see: [frist-look]",
        "systems[0].alerts[0].see: there is no procedure 'frist-look'; did you mean 'first-look'?",
        "see: [frist",
    ),
    Bad(
        "an objective's procedure that is not there",
        "steps: [Roll back.]",
        "steps: [Roll back.]\n        see: [frist-look]",
        "systems[0].objectives[0].see: there is no procedure 'frist-look'; did you mean 'first-look'?",
        "see: [frist",
    ),
    Bad(
        "a procedure of no system",
        "    source: Triage\n",
        "    source: Triage\n    system: sohp\n",
        "procedures[0].system: there is no system 'sohp'; did you mean 'shop'?",
        "system: sohp",
    ),
    Bad(
        "a panel that is not there",
        "        panel: Queue\n",
        "        panel: Qeue\n",
        "systems[0].alerts[0].panel: there is no panel 'Qeue'; did you mean 'Queue'?",
        "panel: Qeue",
    ),
    Bad(
        "a panel of no alert",
        "alert: QueueLong\n",
        "alert: QueueLung\n",
        "systems[0].dashboard.rows[0].panels[0].alert: there is no alert 'QueueLung' in this system; did you mean",
        "alert: QueueLung",
    ),
    Bad(
        "a panel with nothing to draw",
        "              threshold: {below: 0.1}\n",
        "",
        "systems[0].dashboard.rows[0].panels[1]: the panel 'Requests' has no threshold; add threshold, or name an",
        "title: Requests\n",
    ),
    Bad(
        "slices of no alert",
        "slices: {alert: QueueLong}",
        "slices: {alert: QueueLung}",
        "systems[0].objectives[2].sli.slices.alert: there is no alert 'QueueLung' in this system; did you mean 'Q",
        "alert: QueueLung",
    ),
    Bad(
        "slices of what every start looks like",
        "slices: {alert: QueueLong}",
        "slices: {alert: OrdersSlow}",
        "systems[0].objectives[2].sli.slices.alert: OrdersSlow is below its threshold whenever a process has just st",
        "alert: OrdersSlow",
    ),
    Bad(
        "a target of everything",
        "objective: 99.9%",
        "objective: 100%",
        "systems[0].objectives[0].objective: 100% is not strictly between 0 % and 100 %; a promise needs a budget",
        "objective: 100%",
    ),
    Bad(
        "a target that is no share",
        "objective: 99.9%",
        "objective: 1e-99999999",
        "systems[0].objectives[0].objective: '1e-99999999' is no share; write it as 99.5% or 0.995",
        "objective: 1e",
    ),
    Bad(
        "a period without windows",
        "objective: 99.9%\n        window: 30d",
        "objective: 99.9%\n        window: 3d",
        "systems[0].objectives[0].window: 3d is no period of whole hours and four days or more; 30d is usual",
        "window: 3d\n",
    ),
    Bad(
        "a promise too weak to break",
        "objective: 99.9%\n        window: 30d",
        "objective: 1%\n        window: 4d",
        "systems[0].objectives[0].objective: even a full outage burns the budget of 1 % too slowly to tell within",
        "objective: 1%",
    ),
    Bad(
        "a bound between buckets",
        "at_most: 1s",
        "at_most: 2s",
        "systems[0].objectives[1].sli.quantile.at_most: 2 is no bucket bound of duration_seconds; use one of 0.5,",
        "at_most: 2s",
    ),
    Bad(
        "a share of nothing else",
        "bad: 'requests_total{code=\"5xx\"}', total: requests_total}}",
        "bad: requests_total, total: requests_total}}",
        "systems[0].objectives[0].sli.ratio.total: requests_total holds nothing but requests_total; let total cou",
        "total: requests_total}}",
    ),
    Bad(
        "no origin",
        "        source: Orders\n        summary: No orders",
        "        summary: No orders",
        "systems[0].alerts[6]: does not say where it comes from; write source (a document's heading) or implied_b",
        "name: NoOrders",
    ),
    Bad(
        "two origins",
        "        implied_by: Gauges",
        "        source: Gauges\n        implied_by: Gauges",
        "systems[0].alerts[9]: says twice where it comes from; write source (a document's heading) or implied_by",
        "name: ShopSilent",
    ),
    Bad(
        "a forbidden label",
        "{shop: [north, south]}",
        "{shop: [north, south], user_id: [a]}",
        "systems[0].metrics[3].labels.user_id: label 'user_id' is forbidden; identifiers belong into logs and tra",
        "user_id: [a]",
    ),
    Bad(
        "an open label without a budget",
        "{shop: [north, south]}",
        "{shop: any}",
        "systems[0].metrics[3].labels.shop: open label 'shop' has no budget; add it to labels.budgets",
        "shop: any",
    ),
    Bad(
        "a label of Prometheus' own",
        "{shop: [north, south]}",
        "{shop: [north, south], job: [a]}",
        "systems[0].metrics[3].labels.job: label 'job' is added by Prometheus; remove it",
        "job: [a]",
    ),
    Bad(
        "a key that is no label",
        "{shop: [north, south]}",
        "{shop: [north, south], my-shop: [a]}",
        "systems[0].metrics[3].labels: 'my-shop' does not fit here; write letters, digits and underscores, no digit",
        "labels: {shop",
    ),
    Bad(
        "a label that alerts have anyway",
        "labels: {team: sales}",
        "labels: {severity: info}",
        "systems[0].labels.severity: label 'severity' is set by Tocsin; choose another key",
        "severity: info}",
    ),
    Bad(
        "a forbidden label with a budget",
        "budgets: {session: 100}",
        "budgets: {session: 100, user_id: 5}",
        "labels.budgets.user_id: label 'user_id' is forbidden and has a budget; remove it from one of them",
        "user_id: 5",
    ),
    Bad(
        "buckets that do not ascend",
        "buckets: [0.5, 1, 5]",
        "buckets: [1, 0.5, 5]",
        "systems[0].metrics[2].buckets: the bounds do not ascend; sort them and keep each once",
        "buckets:",
    ),
    Bad(
        "buckets of a gauge",
        "help: Last order.}",
        "help: Last order., buckets: [1]}",
        "systems[0].metrics[5].buckets: a gauge has no buckets; remove them, or make it a histogram",
        "buckets: [1]",
    ),
    Bad(
        "a version too old",
        'prometheus: "2.42"',
        'prometheus: "2.1"',
        "bundle.targets.prometheus: prometheus 2.1 is too old; at least 2.42 is needed",
        'prometheus: "2.1"',
    ),
    Bad(
        "a version as a number",
        'prometheus: "2.42"',
        "prometheus: 2.42",
        'bundle.targets.prometheus: 2.42 is a number; write it in quotes, such as "2.42"',
        "prometheus: 2.42",
    ),
    Bad(
        "a text of spaces",
        "summary: No orders",
        'summary: "  "',
        "systems[0].alerts[6].summary: is empty; write some text",
        'summary: "  "',
    ),
    Bad(
        "a step without a text",
        '          - text: Pause.\n            action: {method: PATCH, path: "/api/pause", body: {on: true}}',
        "          - run: x",
        "systems[0].alerts[4].steps[1]: {'run': 'x'} fits none of the forms; write a sentence, or text with a command",
        "run: x",
    ),
    Bad(
        "a value for a placeholder that is not there",
        'action: {method: PATCH, path: "/api/pause", body: {on: true}}',
        'action: {method: PATCH, path: "/api/pause/{id}", body: {on: true}, values: {ids: the one}}',
        "systems[0].alerts[4].steps[1].action.values.ids: there is no placeholder {ids} in path and body; did you m",
        "ids: the one",
    ),
    Bad(
        "another version of the format",
        "version: 1\n",
        "version: 2\n",
        "version: 2 is not 1; write 1",
        "version: 2",
    ),
    Bad(
        "a forbidden label on alerts",
        "labels: {team: sales}",
        "labels: {user_id: sales}",
        "systems[0].labels.user_id: label 'user_id' is forbidden; remove it",
        "user_id: sales",
    ),
    Bad(
        "states of a counter",
        "help: Visits.}",
        "help: Visits., values: {on: 1, off: 0}}",
        "systems[0].metrics[1].values: a counter encodes no state; remove them, or make it a gauge",
        "values: {on: 1",
    ),
    Bad(
        "a procedure twice",
        "systems:\n",
        "  - {name: first-look, title: Again, source: Triage, when: Later., sections: [{steps: [Look.]}]}\nsystems:\n",
        "procedures[1].name: procedure 'first-look' stands here twice; rename one of them",
        "name: first-look, title",
    ),
]
each = pytest.mark.parametrize("bad", BAD, ids=[bad.what for bad in BAD])


@each
def test_every_message_has_a_place_a_path_a_fact_and_a_remedy(bad: Bad) -> None:
    for line in messages(changed(bad.old, bad.new)):
        assert re.fullmatch(r"slo\.yaml:\d+:\d+: [a-z_]+[\w.\[\]<>-]*: .+; .+", line), line


@each
def test_a_bad_entry_is_told_where_it_stands(bad: Bad) -> None:
    text = changed(bad.old, bad.new)

    told = {str(problem).partition(": ")[2]: f"{problem.line}:{problem.column}" for problem in problems(text)}

    (where,) = [told[said] for said in told if said.startswith(bad.said)]
    assert not bad.at or where == place(text, bad.at)


@each
def test_one_mistake_is_one_message(bad: Bad) -> None:
    """But for a key that is misspelt, which is also missing."""
    assert len(messages(changed(bad.old, bad.new))) == (2 if bad.what == "an unknown key" else 1)


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("severity", "the alert's rule sets the label 'severity' itself; group by another label"),
        ("system", "the alert's rule sets the label 'system' itself; group by another label"),
        ("family", "the alert's rule sets the label 'family' itself; group by another label"),
        ("team", "the alert's rule sets the label 'team' itself; group by another label"),
    ],
)
def test_a_result_that_keeps_a_label_which_its_rule_sets_is_refused(label: str, told: str) -> None:
    """Prometheus would give two results the same labels and evaluate neither; `team` is set by the system."""
    text = changed("{shop: [north, south]}", f"{{shop: [north, south], {label}: [a, b]}}")

    (found,) = messages(changed("{of: queue_length, by: [shop]}", f"{{of: queue_length, by: [shop, {label}]}}", text))

    assert found.endswith(f"when.value.by: {told}")


def test_slices_of_what_looks_back_for_long_are_refused() -> None:
    text = changed("slices: {alert: QueueLong}", "slices: {alert: AnswersSlow}")

    (found,) = problems(changed("duration_seconds, over: 10m}, above", "duration_seconds, over: 61m}, above", text))

    assert found.what == "AnswersSlow looks back over 1h1m, so one bad minute would count as many"
    assert found.remedy == "name an alert on a level, or one that looks back for 1h or less"


def test_an_expression_whose_result_keeps_such_a_label_is_refused() -> None:
    text = changed("{shop: [north, south]}", "{severity: [a, b]}").replace("by: [shop]", "by: []")

    (found,) = messages(text.replace("min(disk_free_bytes) < 5e9", "queue_length > 5"))

    assert "expr: its result has the label 'severity', which the alert's rule sets itself; aggregate it away" in found


@pytest.mark.parametrize(
    ("expression", "label"),
    [
        ("sum by (severity) (ALERTS) > 5", "severity"),
        ('count_values("system", queue_length) > 5', "system"),
        ('label_replace(queue_length, "team", "a", "", "") > 5', "team"),
        ('absent(ALERTS{alertname="QueueLong"})', "alertname"),
    ],
)
def test_an_expression_that_makes_or_pins_such_a_label_is_refused(expression: str, label: str) -> None:
    (found,) = messages(changed("min(disk_free_bytes) < 5e9", f"'{expression}'"))

    assert f"expr: its result has the label '{label}', which the alert's rule sets itself; aggregate it away" in found


def test_a_metric_may_have_such_a_label_as_long_as_no_alert_keeps_it() -> None:
    text = changed("{shop: [north, south]}", "{shop: [north, south], severity: [a, b]}")

    assert list(load_text(text).alerts)


@pytest.mark.parametrize("kind", ["Watchdog", "ManyClientErrors", "ServerError"])
def test_an_event_need_not_say_that_it_is_news_at_once(kind: str) -> None:
    head, _, tail = SMALL.partition(f"- name: {kind}\n")

    found = load_text(f"{head}- name: {kind}\n{tail.replace('        for: 0s' + chr(10), '', 1)}")

    assert not next(alert for alert in found.alerts if alert.name == kind).wait


def test_what_follows_from_a_metric_that_is_wrong_is_not_told() -> None:
    """A type that is none is one mistake, whatever reads the metric: a quantile, a panel, an objective, a threshold."""
    text = changed("        type: histogram\n", "        type: histgram\n")
    text = changed("unit: seconds\n", "unit: Seconds!\n", text)

    assert [problem.path for problem in problems(text)] == ["systems[0].metrics[2].type", "systems[0].metrics[2].unit"]


def test_a_threshold_beside_a_metric_that_is_not_there_is_not_judged() -> None:
    (found,) = problems(
        changed("{value: {of: queue_length, by: [shop]}, above: 100}", "{value: {of: nope}, above: 5GB}")
    )

    assert found.what == "metric 'nope' is not in the catalogue"


def test_a_long_literal_is_shown_in_short() -> None:
    (found,) = messages(changed("        for: 2m\n", f"        for: {'9' * 5000}m\n"))

    assert len(found) < 200


def test_longer_windows_are_asked_for_where_scrapes_are_rare() -> None:
    text = changed("scrape_interval: 30s", "scrape_interval: 75s").replace(
        "total: requests_total, over: 5m", "total: requests_total, over: 4m"
    )

    (found,) = problems(text)

    assert found.remedy == "look back 5m or more, which is four scrapes of 1m15s; 5m is usual"


@pytest.mark.parametrize("kind", ["rate", "count", "any", "ratio", "quantile", "stalled"])
def test_every_kind_that_looks_back_is_held_to_the_scrapes(kind: str) -> None:
    when = {
        "rate": "{rate: {of: visits_total, over: 1m}, above: 1/s}",
        "count": "{count: {of: visits_total, over: 1m}, above: 1}",
        "any": "{any: {of: visits_total, over: 1m}}",
        "ratio": "{ratio: {bad: 'requests_total{code=\"5xx\"}', total: requests_total, over: 1m}, above: 2%}",
        "quantile": "{quantile: {of: duration_seconds, over: 1m}, above: 1s}",
        "stalled": "{stalled: {input: visits_total, output: requests_total, over: 1m}}",
    }[kind]

    assert refusal(when) == "1m is too short to see a change; look back 2m or more; 5m is usual"


def test_all_mistakes_are_told_in_one_run_in_the_order_of_the_file() -> None:
    text = changed("    title: Shop\n    document", "    titel: Shop\n    document")
    text = text.replace("above: 2%", "above: 200%").replace("see: [first-look]", "see: [frist-look]")
    text = text.replace("{of: last_order_timestamp}", "{of: last_oder_timestamp}").replace("for: 2m\n", "for: 2min\n")

    found = problems(text)

    assert [problem.path for problem in found] == [
        "systems[0]",
        "systems[0].titel",
        "systems[0].alerts[0].see",
        "systems[0].alerts[4].when.above",
        "systems[0].alerts[6].when.age.of",
        "systems[0].alerts[8].for",
    ]
    assert [(problem.line, problem.column) for problem in found] == sorted((p.line, p.column) for p in found)


def test_a_broken_structure_does_not_hide_what_else_is_wrong() -> None:
    text = changed("version: 1\n", "version: 1\nextra: {}\n").replace("above: 2%", "above: 200%")

    assert [problem.path for problem in problems(text)] == ["extra", "systems[0].alerts[4].when.above"]


def test_a_spec_that_is_no_mapping_is_told_once() -> None:
    assert messages("- 1\n- 2\n") == ["slo.yaml:1:1: [1, 2] is a list; write a mapping"]


SECOND = """\
  - name: mill
    title: Mill
    document: Mill Operations
    emitter: external
    job: mill
    metrics: []
    alerts:
      - name: MillDown
        when: {down: {job: mill}}
        for: 5m
        severity: warning
        implied_by: It can be.
        summary: The mill is down
        impact: No flour.
        steps: [Start it.]
    dashboard: {uid: mill-ops, title: Mill, rows: []}
"""


def test_two_systems_live_side_by_side() -> None:
    assert [system.name for system in load_text(SMALL + SECOND).systems] == ["shop", "mill"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: mill\n", "name: shop\n", "systems[1].name: system 'shop' stands here twice; rename one of them"),
        ("uid: mill-ops", "uid: shop-ops", "systems[1].dashboard.uid: uid 'shop-ops' is taken; choose another"),
        ("MillDown", "ShopDown", "systems[1].alerts[0].name: alert 'ShopDown' stands here twice; rename one of them"),
        (
            "MillDown",
            "ShopAnswersBudgetBurn",
            "systems[0].objectives[0].name: its burn alert ShopAnswersBudgetBurn has the name of another alert",
        ),
    ],
    ids=["name", "dashboard", "alert", "burn alert"],
)
def test_what_two_systems_may_not_share_is_told(old: str, new: str, said: str) -> None:
    (problem,) = problems(SMALL + changed(old, new, SECOND))

    assert str(problem).partition(": ")[2].startswith(said)


def test_two_objectives_whose_burn_alerts_would_share_a_name_are_refused() -> None:
    text = changed("      - name: speed", "      - name: answers2x").replace("- name: queue\n", "- name: answers-2x\n")

    (problem,) = problems(text)

    assert problem.what == "its burn alert ShopAnswers2xBudgetBurn has the name of another objective's"


def test_what_stands_after_a_doubled_alert_is_told_at_its_own_place() -> None:
    text = changed("- name: OrdersSlow", "- name: QueueLong").replace(
        "        family:", "        panel: Erors\n        family:"
    )

    assert [problem.path for problem in problems(text)] == ["systems[0].alerts[1].name", "systems[0].alerts[4].panel"]


def test_a_thousand_problems_are_enough_and_quickly_told() -> None:
    text = SMALL + "\n".join(f"unknown{number}: 1" for number in range(20_000))

    assert len(messages(text)) == 1000


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert load_text(changed("chat_id: -100", "chat_id: -100.0")) == small()


def test_problems_are_sorted_and_told_once() -> None:
    one, other = Problem(2, 1, "b", "what", "remedy"), Problem(1, 9, "a", "what", "remedy")

    error = SpecError("slo.yaml", [one, other, one])

    assert str(error) == "slo.yaml:1:9: a: what; remedy\nslo.yaml:2:1: b: what; remedy"


@pytest.mark.parametrize(
    ("word", "known", "remedy"),
    [
        ("titel", ["title", "text"], "did you mean 'title'?"),
        ("zzz", ["b", "a"], "known here: a, b"),
        ("zzz", [], "remove it"),
        (
            "zzz",
            [f"k{number:02}" for number in range(20)],
            "known here: " + ", ".join(f"k{n:02}" for n in range(12)) + ", ...",
        ),
    ],
    ids=["near", "nothing near", "nothing known", "too many to list"],
)
def test_a_remedy_proposes_the_nearest_or_lists_what_there_is(word: str, known: list[str], remedy: str) -> None:
    assert did_you_mean(word, known) == remedy
