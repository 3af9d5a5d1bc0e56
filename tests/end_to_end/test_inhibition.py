"""Asks a real Alertmanager what the rendered configuration does: who is told, and what is kept quiet."""

import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from generator.domain.duration import Duration
from generator.domain.inhibition import is_inhibited
from generator.domain.routes import alert_labels, receivers_of
from generator.domain.routing import Timing, Webhook
from generator.domain.service import Service
from generator.domain.targets import Version
from generator.renderers.alertmanager import render
from generator.spec.load import load

SPEC = Path(__file__).parents[2] / "slo.yaml"
PROGRAM = "prometheus-alertmanager"
DEADLINE = 30.0
BEAT = Duration(2_000)
TOKEN = "sesame"  # noqa: S105 # of the sink below, nowhere else

Labels = Mapping[str, str]
Delivery = tuple[str, frozenset[tuple[str, str]]]

pytestmark = pytest.mark.skipif(
    shutil.which(PROGRAM) is None, reason=f"{PROGRAM} is missing: apt-get install prometheus-alertmanager"
)


def until(condition: Callable[[], bool], what: str) -> None:
    """Polls until it holds; the deadline is the only thing that ends it otherwise."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, f"after {DEADLINE:.0f} s still not: {what}"
        time.sleep(0.02)


# The agent's stand-in -------------------------------------------------------------------------------------------------


@dataclass
class Sink:
    """Takes every notification, and remembers which alert arrived by which receiver, and when."""

    server: ThreadingHTTPServer
    delivered: set[Delivery] = field(default_factory=set)
    beats: list[float] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/webhooks/alertmanager"

    def take(self, notification: Mapping[str, Any], authorization: str) -> None:
        if authorization != f"Bearer {TOKEN}":
            self.strangers.append(authorization)
        if notification["receiver"] == "heartbeat":
            self.beats.append(time.monotonic())
        for alert in notification["alerts"]:
            self.delivered.add((notification["receiver"], frozenset(alert["labels"].items())))


class Server(ThreadingHTTPServer):
    request_queue_size = 512  # all groups are sent in the same moment


@contextmanager
def listening() -> Iterator[Sink]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.take(json.loads(body), self.headers.get("Authorization", ""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the name is the base class's
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        sink = Sink(server)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()


# The real thing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alertmanager:
    """A running one, and what it was started with."""

    url: str
    service: Service
    cases: list[dict[str, Any]]
    sink: Sink

    def request(self, path: str, data: object = None) -> bytes:
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(f"{self.url}{path}", body, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:  # noqa: S310 # a loopback address
            return cast("bytes", answer.read())

    def is_ready(self) -> bool:
        try:
            self.request("/-/ready")
        except urllib.error.URLError:
            return False
        return True

    def post(self, alerts: list[Labels], *, over: bool = False) -> None:
        """Tells it what is firing from now on, or that it is over."""
        now = datetime.now(UTC)
        starts, ends = (-2, -1) if over else (0, 3600)
        times = {key: (now + timedelta(seconds=n)).isoformat() for key, n in (("startsAt", starts), ("endsAt", ends))}
        self.request("/api/v2/alerts", [{"labels": dict(labels), **times} for labels in alerts])

    def inhibited(self) -> dict[frozenset[tuple[str, str]], bool]:
        """Every active alert, and whether another one keeps it quiet."""
        alerts = json.loads(self.request("/api/v2/alerts"))
        return {frozenset(each["labels"].items()): bool(each["status"]["inhibitedBy"]) for each in alerts}


def in_a_hurry(service: Service, sink: Sink, token: Path) -> Service:
    """The same service for the oldest Alertmanager, with short times and the sink in the agent's place."""
    soon = Timing(Duration(500), Duration(1_000), Duration(3_600_000))
    routing = replace(
        service.routing,
        timing=soon,
        timings={},
        heartbeat=Timing(Duration(0), BEAT, BEAT),
        agent=Webhook(sink.url, str(token)),
    )
    targets = service.settings.targets.with_version("alertmanager", Version(0, 25))
    return replace(service, routing=routing).for_targets(targets)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, sink: Sink) -> Iterator[Alertmanager]:
    """Renders, starts, waits until it is ready; and stops what it has started."""
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    service = in_a_hurry(load(SPEC), sink, folder / "token")
    for artifact in render(service):
        path = folder / artifact.path.relative_to("monitoring/alertmanager")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text, encoding="utf-8")
    cases = yaml.safe_load((folder / "tests/routing.yaml").read_text(encoding="utf-8"))["inhibitions"]
    address = f"127.0.0.1:{free_port()}"
    options = {
        "config.file": folder / "alertmanager.yml",
        "storage.path": folder / "data",
        "web.listen-address": address,
        "cluster.listen-address": "",
    }
    command = [PROGRAM, *(f"--{key}={value}" for key, value in options.items())]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        found = Alertmanager(f"http://{address}", service, cases, sink)
        try:
            until(lambda: process.poll() is not None or found.is_ready(), "Alertmanager is ready")
            assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
            yield found
        finally:
            process.terminate()
            try:
                process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Alertmanager]:
    with listening() as sink, running(tmp_path, sink) as started:
        yield started


# What it does ---------------------------------------------------------------------------------------------------------

#: Posted last: once the second of them is kept quiet, everything that was posted before them has been seen.
CANARIES: list[Labels] = [
    {"alertname": "Canary", "family": "canary", "system": "canary", "severity": "critical"},
    {"alertname": "Canary", "family": "canary", "system": "canary", "severity": "info"},
]
SEEN = frozenset(CANARIES[1].items())


def kept_quiet(alertmanager: Alertmanager, active: list[Labels]) -> dict[frozenset[tuple[str, str]], bool]:
    """Lets these alerts be active, together and alone, and asks which of them are inhibited."""
    alertmanager.post([*active, *CANARIES])
    until(lambda: alertmanager.inhibited().get(SEEN, False), "the canary is inhibited")
    found = alertmanager.inhibited()
    alertmanager.post([*active, *CANARIES], over=True)
    until(lambda: not alertmanager.inhibited(), "all alerts are over")
    return found


def together(cases: list[dict[str, Any]]) -> Iterator[tuple[Labels, list[Labels], bool]]:
    """Each source with all its targets at once; and with each near miss alone, since near misses may act as well."""
    for source in {str(case["source"]): case["source"] for case in cases}.values():
        own = [case for case in cases if case["source"] == source]
        targets = [case["target"] for case in own if case["inhibited"]]
        if targets:
            yield source, targets, True
        yield from ((source, [case["target"]], False) for case in own if not case["inhibited"])


def test_it_keeps_quiet_what_the_rendered_cases_say_and_nothing_else(alertmanager: Alertmanager) -> None:
    for source, targets, is_inhibited_by_it in together(alertmanager.cases):
        found = kept_quiet(alertmanager, [source, *targets])
        wrong = [target for target in targets if found[frozenset(target.items())] != is_inhibited_by_it]
        assert wrong == [], f"while {source} is active"


def test_it_tells_the_agent_what_the_domain_says_and_nothing_else(alertmanager: Alertmanager) -> None:
    alerts: list[Labels] = list(alert_labels(alertmanager.service))
    expected = deliveries(alertmanager.service, alerts)
    alertmanager.post(alerts)
    until(lambda: expected <= alertmanager.sink.delivered, "everything that is not inhibited has arrived")
    stray = {"alertname": "Stray"}
    alertmanager.post([stray])
    last = deliveries(alertmanager.service, [stray])
    until(lambda: last <= alertmanager.sink.delivered, "an alert that nothing routes has arrived")
    assert alertmanager.sink.delivered == expected | last


def deliveries(service: Service, alerts: list[Labels]) -> set[Delivery]:
    """What must arrive, and by which receiver, while all these alerts are active."""
    loud = [labels for labels in alerts if not is_inhibited(service, labels, alerts)]
    return {(receiver, frozenset(labels.items())) for labels in loud for receiver in receivers_of(service, labels)}


def test_every_notification_carries_the_token_of_the_file(alertmanager: Alertmanager) -> None:
    alertmanager.post([{"alertname": "Stray"}])
    until(lambda: bool(alertmanager.sink.delivered), "a notification has arrived")
    assert alertmanager.sink.strangers == []


def test_no_heartbeat_is_left_out(alertmanager: Alertmanager) -> None:
    alertmanager.post([labels for labels in alert_labels(alertmanager.service) if "Watchdog" in labels["alertname"]])
    until(lambda: len(alertmanager.sink.beats) > 2, "three beats have arrived")
    first, second, third = alertmanager.sink.beats[:3]
    assert max(second - first, third - second) < BEAT.seconds * 5 / 3
