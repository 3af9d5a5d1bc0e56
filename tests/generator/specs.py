"""One small valid spec with every kind of condition and of indicator, and ways to spoil it."""

from functools import cache
from pathlib import Path
from typing import Final

import pytest

from generator.domain.alert import Alert
from generator.domain.conditions import Condition
from generator.domain.objective import Objective
from generator.domain.service import Service
from generator.spec import Problem, SpecError, load_text

REAL: Final = Path(__file__).resolve().parents[2] / "slo.yaml"

SMALL: Final = """\
version: 1
bundle:
  name: shop
  repository: https://git.internal/shop.git
  revision: main
  runbook_base_url: https://example.com/runbooks
  grafana_base_url: https://grafana.example.com
  datasource: prom
  scrape_interval: 30s
  evaluation_interval: 30s
  targets: {prometheus: "2.42", alertmanager: "0.28", grafana: "11.0"}
severities:
  critical: {means: page at once, sev: SEV-1, covers: Everybody is hit.}
  warning: {means: notify, sev: SEV-2, covers: Some are hit.}
  info: {means: log only, sev: SEV-3, covers: One is hit.}
labels:
  forbidden: [user_id]
  budgets: {session: 100}
routing:
  group_by: [alertname, system]
  agent_webhook: {url: "http://agent:8080/webhooks/alertmanager", credentials_file: /etc/token}
  way_out: {chat_id: -100, bot_token_file: /etc/bot}
  heartbeat: {repeat_interval: 1m}
procedures:
  - name: first-look
    title: First look
    source: Triage
    when: At the start.
    sections:
      - steps: [Look around.]
systems:
  - name: shop
    title: Shop
    document: Shop Operations
    emitter: external
    job: shop
    labels: {team: sales}
    metrics:
      - name: requests_total
        type: counter
        unit: requests
        help: Requests.
        labels: {code: [2xx, 4xx, 5xx], session: any}
      - {name: visits_total, type: counter, unit: visits, help: Visits.}
      - name: duration_seconds
        type: histogram
        unit: seconds
        help: Time.
        labels: {route: [buy, look]}
        buckets: [0.5, 1, 5]
      - {name: queue_length, type: gauge, unit: orders, help: Orders waiting., labels: {shop: [north, south]}}
      - name: breaker_state
        type: gauge
        unit: state
        help: State.
        labels: {name: [db, mail]}
        values: {closed: 1, half: 0.5, open: 0}
      - {name: last_order_timestamp, type: gauge, unit: timestamp, help: Last order.}
      - {name: disk_free_bytes, type: gauge, unit: bytes, help: Free bytes.}
    objectives:
      - name: answers
        title: Answers are good
        objective: 99.9%
        window: 30d
        sli: {ratio: {bad: 'requests_total{code="5xx"}', total: requests_total}}
        source: Promises
        description: Nearly all answers are good.
        impact: People leave.
        steps: [Roll back.]
      - name: speed
        title: Answers are fast
        objective: 95%
        window: 30d
        sli: {quantile: {of: duration_seconds, at_most: 1s}}
        source: Promises
        description: Most answers are fast.
        impact: People wait.
        steps: [Add machines.]
      - name: queue
        title: The queue is short
        objective: 99%
        window: 30d
        sli: {slices: {alert: QueueLong}}
        implied_by: A queue is a level.
        description: The queue is short most of the time.
        impact: Orders wait.
        steps: [Add workers.]
        paging: false
    alerts:
      - name: QueueLong
        when: {value: {of: queue_length, by: [shop]}, above: 100}
        for: 10m
        severity: warning
        source: Queue
        panel: Queue
        see: [first-look]
        summary: The queue is long
        impact: Orders wait.
        steps: [Add workers.]
      - name: OrdersSlow
        when: {rate: {of: visits_total, over: 10m}, below: 0.5/s}
        for: 5m
        severity: warning
        source: Visits
        summary: Few visits
        impact: No sales.
        steps: [Look at the ads.]
      - name: ManyClientErrors
        when: {count: {of: 'requests_total{code="4xx"}', over: 10m}, above: 5}
        for: 0s
        severity: info
        source: Errors
        summary: Many client errors
        impact: Some are lost.
        steps: [Look.]
      - name: ServerError
        when: {any: {of: 'requests_total{code="5xx"}', over: 10m}}
        for: 0s
        severity: warning
        source: Errors
        summary: A server error
        impact: Somebody is lost.
        steps: [Look.]
      - name: ErrorRatioHigh
        when: {ratio: {bad: 'requests_total{code="5xx"}', total: requests_total, over: 5m}, above: 2%}
        for: 10m
        severity: critical
        source: Errors
        family: errors
        summary: Many errors
        impact: People leave.
        steps:
          - text: Look.
            run: kubectl get pods
          - text: Pause.
            action: {method: PATCH, path: "/api/pause", body: {on: true}}
      - name: AnswersSlow
        when: {quantile: {of: duration_seconds, over: 10m}, above: 1s}
        for: 10m
        severity: warning
        source: Speed
        summary: Slow answers
        impact: People wait.
        steps: [Add machines.]
      - name: NoOrders
        when: {age: {of: last_order_timestamp}, above: 1h}
        for: 5m
        severity: warning
        source: Orders
        summary: No orders
        impact: No sales.
        steps: [Order something.]
      - name: OrdersStalled
        when: {stalled: {input: visits_total, output: requests_total, over: 10m}}
        for: 5m
        severity: warning
        source: Orders
        summary: Visits without requests
        impact: No sales.
        steps: [Look.]
      - name: ShopDown
        when: {down: {job: shop}}
        for: 2m
        severity: critical
        implied_by: Every system needs one.
        summary: The shop is down
        impact: No shop.
        steps: [Start it.]
      - name: ShopSilent
        when: {down: {job: shop, by_metric: queue_length}}
        for: 5m
        severity: warning
        implied_by: Gauges may vanish.
        summary: The queue is not measured
        impact: Nobody knows.
        steps: [Look.]
      - name: BreakerOpen
        when: {state: {of: breaker_state, is: open, by: [name]}}
        for: 5m
        severity: warning
        source: Breakers
        subject: agent
        summary: A breaker is open
        impact: Calls fail.
        steps: [Wait.]
      - name: Watchdog
        when: {always: {}}
        for: 0s
        severity: info
        implied_by: Silence is news.
        summary: Rules are evaluated
        impact: None.
        steps: [Be glad.]
      - name: DiskFilling
        when:
          promql:
            expr: min(disk_free_bytes) < 5e9
            measures: the smallest disk has less than 5 GB
            unit: bytes
            fires: {disk_free_bytes: 4e9x60}
            silent: {disk_free_bytes: 6e9x60}
        for: 0s
        severity: warning
        source: Disk
        keep_firing_for: 5m
        summary: The disk fills
        impact: Writes fail.
        steps: [Clean up.]
    dashboard:
      uid: shop-ops
      title: Shop
      rows:
        - title: Orders
          panels:
            - title: Queue
              alert: QueueLong
            - title: Requests
              description: Requests per second.
              unit: requests/s
              queries:
                - {expr: 'sum(rate(requests_total[5m]))', legend: requests}
              threshold: {below: 0.1}
              threshold_reason: Less is odd.
"""


@cache
def small() -> Service:
    """The small spec, read."""
    return load_text(SMALL)


@cache
def real() -> Service:
    """The repository's own spec, read."""
    return load_text(REAL.read_text(encoding="utf-8"))


def alert(name: str, service: Service | None = None) -> Alert:
    """The alert of that name, of the small spec unless another is given."""
    return next(alert for alert in (service or small()).alerts if alert.name == name)


def objective(name: str, service: Service | None = None) -> Objective:
    """The objective of that name, of the small spec unless another is given."""
    return next(objective for objective in (service or small()).objectives if objective.name == name)


def changed(old: str, new: str, text: str = SMALL) -> str:
    """The spec's text with one passage replaced, which must be there exactly once."""
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)


def with_condition(when: str) -> str:
    """The small spec with another condition, in flow style, for `OrdersSlow`, which nothing else depends on."""
    return changed("{rate: {of: visits_total, over: 10m}, below: 0.5/s}", when)


def condition(when: str) -> Condition:
    """The condition that a `when` in flow style describes, read as the spec reads it."""
    return alert("OrdersSlow", load_text(with_condition(when))).when


def refusals(when: str) -> list[str]:
    """Everything that is wrong with a `when`: facts and remedies."""
    return [f"{problem.what}; {problem.remedy}" for problem in problems(with_condition(when))]


def refusal(when: str) -> str:
    """The one thing that is wrong with a `when`."""
    found = refusals(when)
    assert len(found) == 1, f"expected one problem, found {found}"
    return found[0]


def problems(text: str) -> tuple[Problem, ...]:
    """Everything that is wrong with a spec; a spec that is fine fails the test."""
    with pytest.raises(SpecError) as caught:
        load_text(text)
    return tuple(caught.value.problems)


def messages(text: str) -> list[str]:
    """The same, as the user reads it."""
    with pytest.raises(SpecError) as caught:
        load_text(text)
    return str(caught.value).splitlines()


def place(text: str, passage: str) -> str:
    """`LINE:COL` of a passage, which must be there exactly once."""
    assert text.count(passage) == 1, f"{passage!r} stands there {text.count(passage)} times"
    before = text[: text.index(passage)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
