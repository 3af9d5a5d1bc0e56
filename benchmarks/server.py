"""A real Prometheus with a data folder of its own, on a loopback port."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 60.0


def missing() -> list[str]:
    """The programs that are not installed."""
    return [program for program in ("prometheus", "promtool") if not shutil.which(program)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query at one moment gave.

    Attributes:
        value: of the first result; None when there is none.
        samples: how many samples the engine read for it.
        milliseconds: how long the engine took.
    """

    value: float | None
    samples: int
    milliseconds: float


class Server:
    """A Prometheus that is running.

    Args:
        url: where it answers.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def query(self, expression: str, at: int) -> Answer:
        """Evaluate an expression at a moment."""
        form = urllib.parse.urlencode({"query": expression, "time": at, "stats": "all"}).encode()
        with urllib.request.urlopen(f"{self.url}/api/v1/query", form, timeout=_PATIENCE) as answer:  # noqa: S310 - loopback
            data = json.load(answer)["data"]
        result = data["result"]
        return Answer(
            value=float(result[0]["value"][1]) if result else None,
            samples=data["stats"]["samples"]["totalQueryableSamples"],
            milliseconds=data["stats"]["timings"]["evalTotalTime"] * 1000,
        )

    def await_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until it answers queries.

        Raises:
            RuntimeError: when it ends or stays silent.
        """
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/-/ready", timeout=1):  # noqa: S310 - loopback
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"prometheus does not get ready at {self.url}")


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """A server for a data folder; stopped at the end, by its own pid."""
    configuration = data.with_name("prometheus.yml")
    configuration.write_text("global: {}\n", encoding="ascii")
    address = f"127.0.0.1:{_free_port()}"
    command = [
        "prometheus",
        f"--config.file={configuration}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address={address}",
        "--storage.tsdb.retention.time=100y",
        "--log.level=error",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        server = Server(f"http://{address}")
        server.await_ready(process)
        yield server
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
