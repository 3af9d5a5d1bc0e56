"""A valid spec with as many objectives as wished, in the mix of kinds that real ones have; see docs/spec.md."""

from collections.abc import Iterator

PER_SYSTEM = 50
_TARGETS = ("99.9%", "99.5%", "99%", "95%")

_TOP = """\
version: 1
bundle:
  name: synthetic
  repository: https://git.internal/synthetic.git
  revision: main
  runbook_base_url: https://git.example.com/synthetic/runbooks
  grafana_base_url: https://grafana.example.com
  datasource: prom
  targets: {prometheus: "2.42", alertmanager: "0.28", grafana: "11.0"}
severities:
  critical: {means: page at once, sev: SEV-1, covers: Everyone.}
  warning: {means: notify, sev: SEV-2, covers: Some.}
  info: {means: log only, sev: SEV-3, covers: Nobody yet.}
labels:
  forbidden: [request_id]
routing:
  agent_webhook: {url: "http://agent.example.com/webhook", credentials_file: /etc/alertmanager/token}
systems:
"""

_SYSTEM = """\
  - name: NAME
    title: System NUMBER
    document: Operations of system NUMBER
    emitter: external
    job: NAME
    metrics:
      - name: METRIC_requests_total
        type: counter
        unit: requests
        help: Requests by route and code.
        labels: {route: [ROUTES], code: ["200", "404", "500"]}
      - name: METRIC_latency_seconds
        type: histogram
        unit: seconds
        help: How long requests took.
        labels: {route: [ROUTES]}
        buckets: [0.1, 0.3, 1, 3]
      - {name: METRIC_backlog, type: gauge, unit: messages, help: Messages that wait., healthy: 3}
    alerts:
      - name: SystemNUMBERBacklogHigh
        when: {value: {of: METRIC_backlog}, above: 1000}
        for: 10m
        severity: warning
        source: Backlog
        panel: Backlog
        summary: Too many messages wait
        impact: Answers come late.
        steps: [Look at the consumers., Add one.]
    dashboard:
      uid: NAME
      title: System NUMBER
      rows:
        - title: Queue
          panels:
            - {title: Backlog, alert: SystemNUMBERBacklogHigh}
    objectives:
"""

_OBJECTIVE = """\
      - name: objective-{number}
        title: Promise {number} of {system} is kept
        objective: {target}
        window: 30d
        sli:
          {sli}
        source: Promise {number}
        description: Requests to route {route} are answered as promised.
        impact: People wait for {system} or try again.
        steps:
          - Find the deployment that coincides with the start.
          - Roll it back when the errors began with it.
"""


def spec_text(objectives: int) -> str:
    """The spec, with systems of 50 objectives that share their system's metrics."""
    return _TOP + "".join(_systems(objectives))


def _systems(objectives: int) -> Iterator[str]:
    for number, first in enumerate(range(0, objectives, PER_SYSTEM), 1):
        count = min(PER_SYSTEM, objectives - first)
        routes = ", ".join(f"r{route}" for route in range(PER_SYSTEM))
        frame = _SYSTEM.replace("NAME", f"system-{number}").replace("METRIC", f"system_{number}")
        yield frame.replace("NUMBER", str(number)).replace("ROUTES", routes)
        for index in range(count):
            yield _objective(number, index)


def _objective(system: int, index: int) -> str:
    return _OBJECTIVE.format(
        number=index,
        system=f"system-{system}",
        target=_TARGETS[index % len(_TARGETS)],
        sli=_sli(system, index),
        route=f"r{index}",
    )


def _sli(system: int, index: int) -> str:
    """Of ten objectives five count bad events, two good ones, two observations, and one minutes."""
    requests, route = f"system_{system}_requests_total", f'route="r{index}"'
    match index % 10:
        case 2 | 6:
            return f"ratio: {{good: '{requests}{{{route}, code=~\"200|404\"}}', total: '{requests}{{{route}}}'}}"
        case 4 | 8:
            return f"quantile: {{of: 'system_{system}_latency_seconds{{{route}}}', at_most: 300ms}}"
        case 9:
            return f"slices: {{alert: System{system}BacklogHigh}}"
        case _:
            return f"ratio: {{bad: '{requests}{{{route}, code=\"500\"}}', total: '{requests}{{{route}}}'}}"
