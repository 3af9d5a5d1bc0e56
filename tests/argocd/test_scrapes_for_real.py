"""What the collectors in the cluster scrape, scraped here: a real Prometheus, the real agent, and the drill's stand-in.

Alloy itself is not at hand. Its scrape blocks are read from the manifests; every address in them is followed through
its Service to a container, and from there to the process that plays that container on this machine.
"""

import asyncio
import contextlib
import itertools
import json
import re
import shutil
import socket
import sys
import urllib.parse
import urllib.request
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser
import pytest

from generator.bundle import render
from generator.domain.duration import Duration
from generator.emit import emit
from tests.end_to_end.agent.stage import Stage
from tests.end_to_end.agent.talk import PERSON

from .manifests import ROOT, Object, containers, of_kind, one, service

PATIENCE = 60.0
SCALE = 60
"""The bundle with every duration divided, so that a window of five minutes is full after five seconds."""

LASTS = 30
"""Seconds; records of longer windows are sums of records that are looked at."""

PUSHED = "jangar/jangar"
ADDRESS = re.compile(r'job_name\s*= "([^"]+)"\s*targets\s*= \[\{"__address__" = "([\w.-]+):(\d+)"\}\]')
DISCOVERED = re.compile(r'job_name\s*= "([^"]+)"\s*targets\s*= discovery\.')

needs_prometheus = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="prometheus is not installed: apt-get install prometheus"
)


def configurations() -> str:
    """What every collector in the cluster is told."""
    return "\n".join(it["data"]["config.alloy"] for it in of_kind("ConfigMap") if "config.alloy" in it["data"])


def container_behind(host: str, port: int) -> str:
    """The name of the container that a Service's port leads to."""
    name, namespace = host.split(".")[:2]
    found = one("Service", name)
    assert found["metadata"]["namespace"] == namespace
    [target] = [it["targetPort"] for it in found["spec"]["ports"] if it["port"] == port]
    [container] = [it for workload, it in containers() if selects(found, workload) and target in named_ports(it)]
    return str(container["name"])


def selects(it: Object, workload: Object) -> bool:
    return bool(it["spec"]["selector"].items() <= workload["spec"]["template"]["metadata"]["labels"].items())


def named_ports(container: Object) -> set[str]:
    return {port["name"] for port in container.get("ports", [])}


def scrapes() -> Mapping[str, str]:
    """Every job of the cluster, with the container that answers it; empty for what others deploy."""
    text = configurations()
    ours = {job: container_behind(host, int(port)) for job, host, port in ADDRESS.findall(text)}
    return ours | dict.fromkeys(DISCOVERED.findall(text), "")


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for it in sockets:
        it.bind(("127.0.0.1", 0))
    ports = [it.getsockname()[1] for it in sockets]
    for it in sockets:
        it.close()
    return ports


@asynccontextmanager
async def running(log: Path, *command: str, cwd: Path = ROOT) -> AsyncIterator[Process]:
    """A process that is ended with the block."""
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(*command, cwd=cwd, stdin=DEVNULL, stdout=file, stderr=file)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@dataclass(frozen=True, slots=True)
class Server:
    """A Prometheus that scrapes what the cluster's collectors scrape."""

    url: str

    async def ask(self, path: str, **query: str) -> Any:  # noqa: ANN401 - JSON
        return await asyncio.to_thread(self._ask, f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(query)}")

    @staticmethod
    def _ask(url: str) -> Any:  # noqa: ANN401 - JSON
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own
            return json.load(answer)["data"]

    async def until(self, what: str, wanted: Any) -> Any:  # noqa: ANN401 - an async predicate, and its answer
        end = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                if (found := await wanted()) is not None:
                    return found
            except OSError:
                pass
            if asyncio.get_running_loop().time() > end:
                raise TimeoutError(f"after {PATIENCE} s still not: {what}")
            await asyncio.sleep(0.2)


def configuration(agent: int, stand_in: int) -> str:
    """The cluster's jobs on this machine's ports. What Jangar pushes there is scraped here."""
    jobs = []
    for job, container in {**scrapes(), PUSHED: ""}.items():
        config: dict[str, Any] = {"job_name": job}
        if container == "agent":
            config["static_configs"] = [{"targets": [f"127.0.0.1:{agent}"]}]
        else:
            config["params"] = {"job": [job]}
            config["static_configs"] = [{"targets": [f"127.0.0.1:{stand_in}"]}]
        jobs.append(config)
    times = {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "500ms"}
    return emit({"global": times, "rule_files": ["rules/*.yaml"], "scrape_configs": jobs})


async def use(stage: Stage, url: str) -> None:
    """Runs, one after another, of which every third fails; those that end well are judged by somebody.

    Without use, a ratio has nothing to say.
    """
    await stage.remote.write(PERSON, "/new demo")
    await stage.remote.see(PERSON, "Session")
    judged: set[str] = set()
    for number in itertools.count():
        end = "exit 3" if number % 3 == 2 else f"say number {number}"
        written = await stage.remote.write(PERSON, f"sleep 1; {end}")
        await stage.remote.see(PERSON, "(?i)failed|number", sender="bot", after=written["message_id"])
        async with stage.session.get(f"{url}/api/runs") as answer:
            runs = {run["run_id"] for run in await answer.json() if run["status"] == "completed"}
        for run in runs - judged:
            body = {"run_id": run, "accepted": True, "score": 0.9}
            async with stage.session.post(f"{url}/api/v1/agents/quality/feedback", json=body) as answer:
                assert answer.status < 300, await answer.text()
        judged |= runs


@asynccontextmanager
async def used(stage: Stage, url: str) -> AsyncIterator[None]:
    """Use goes on behind the block; what went wrong in it is told at the end."""
    using = asyncio.create_task(use(stage, url))
    try:
        yield
    finally:
        using.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await using


@asynccontextmanager
async def scraped(folder: Path) -> AsyncIterator[Server]:
    """Everything at work, with the rules that the manifests carry."""
    scaled = service().scaled(SCALE)
    rules = [it for it in render(scaled).artifacts if str(it.path).startswith("monitoring/prometheus/rules/")]
    (folder / "rules").mkdir()
    for it in rules:
        (folder / "rules" / it.path.name).write_text(it.text, encoding="utf-8")
    stand_in, port = free_ports(2)
    async with Stage.set(folder / "agent") as stage:
        life = await stage.start()
        (folder / "prometheus.yml").write_text(
            configuration(int(life.url.rpartition(":")[2]), stand_in), encoding="utf-8"
        )
        exporter = [sys.executable, "-m", "generator.drill.exporter", "--spec", str(ROOT / "slo.yaml")]
        async with (
            running(folder / "exporter.log", *exporter, "--time-scale", str(SCALE), "--port", str(stand_in)),
            running(
                folder / "prometheus.log",
                "prometheus",
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address=127.0.0.1:{port}",
            ),
            used(stage, life.url),
        ):
            yield Server(f"http://127.0.0.1:{port}")


def is_far_back(selector: str) -> bool:
    """Whether a record sums up more time than this test lasts; the rendered unit tests have that time."""
    window = re.match(r"slo:[a-z_]+:[a-z_]+?(?:rate|increase)([0-9][0-9a-z]*)", selector)
    return bool(window and Duration.parse(window[1]).seconds > LASTS)


def selectors(expression: str) -> Iterable[str]:
    """Every selector of an expression, without its window."""
    found: list[str] = []

    class Reader:
        """Walks what the parser made."""

        def walk(self, node: Any) -> None:  # noqa: ANN401 - the parser types nothing
            if isinstance(node, promql_parser.VectorSelector):
                found.append(node.prettify().partition(" offset ")[0])
            for name in ("vector_selector", "vs", "expr", "lhs", "rhs", "param"):
                child = getattr(node, name, None)
                if child is not None and not isinstance(child, str | int | float):
                    self.walk(child)
            for child in getattr(node, "args", None) or []:
                self.walk(child)

    Reader().walk(promql_parser.parse(expression))
    return found


def test_every_job_of_the_cluster_is_known_and_the_agents_own_leads_to_its_container() -> None:
    found = scrapes()
    assert found["televibe-orchestrator"] == "agent"
    assert found["node"] == "node-exporter"
    assert {"kafka-exporter", "nats"} <= set(found)


@needs_prometheus
async def test_no_target_is_down_and_no_rule_is_without_data(tmp_path: Path) -> None:
    (tmp_path / "agent").mkdir()
    async with scraped(tmp_path) as server:

        async def all_up() -> Any:  # noqa: ANN401 - JSON
            targets = (await server.ask("targets"))["activeTargets"]
            up = {it["labels"]["job"] for it in targets if it["health"] == "up"}
            return up if up == {*scrapes(), PUSHED} else None

        assert await server.until("every target up", all_up)

        async def all_evaluated() -> Any:  # noqa: ANN401 - JSON
            groups = (await server.ask("rules"))["groups"]
            rules = [rule for group in groups for rule in group["rules"]]
            return rules if rules and all(rule["health"] == "ok" for rule in rules) else None

        rules = await server.until("every rule evaluated without an error", all_evaluated)
        assert len(rules) > 100

        wanted = sorted({one for rule in rules for one in selectors(rule["query"]) if not is_far_back(one)})
        assert len(wanted) > 100

        async def missing() -> list[str]:
            found = {one: await server.ask("query", query=f"count(last_over_time({one}[{LASTS}s]))") for one in wanted}
            return [one for one, answer in found.items() if not answer["result"]]

        async def none_missing() -> bool | None:
            return True if not await missing() else None

        with contextlib.suppress(TimeoutError):
            await server.until("every series that a rule reads is there", none_missing)
        assert not await missing()
