"""A real Prometheus with a history that was made up, so that it is known what there is to be found in it."""

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAMS = ("prometheus", "promtool")
DEADLINE = 30.0

needed = pytest.mark.skipif(
    any(shutil.which(program) is None for program in PROGRAMS),
    reason="prometheus or promtool is missing: apt-get install prometheus",
)


@contextmanager
def remembered(folder: Path, history: str) -> Iterator[str]:
    """A server that knows this text, in the OpenMetrics format with timestamps; its URL."""
    (folder / "history.txt").write_text(history, encoding="ascii")
    import_it = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "history.txt", "data"]
    subprocess.run(import_it, cwd=folder, check=True, capture_output=True, timeout=DEADLINE)
    with _serving(folder) as url:
        yield url


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    (folder / "prometheus.yml").write_text("global: {}\n", encoding="ascii")
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--storage.tsdb.retention.time=10y",
    ]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            deadline = time.monotonic() + DEADLINE
            while not _ready(f"http://{address}/-/ready"):
                assert time.monotonic() < deadline, (folder / "log").read_text("utf-8")
                time.sleep(0.05)
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(DEADLINE)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1):  # noqa: S310 # a loopback address
            return True
    except (urllib.error.URLError, OSError):
        return False
