"""The loader leaves in the ruler what is wanted and nothing stale, however often it runs and whatever goes wrong."""

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

import pytest
import yaml

from .manifests import of_kind, one

CONFIG = "/prometheus/config/v1/rules/"
LARGEST = 40


class Ruler(ThreadingHTTPServer):
    """The part of Mimir's ruler API that the loader uses, in memory.

    Attributes:
        failures: how many requests are still answered with 503.
        largest: how many rules a group may have.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.held: dict[tuple[str, str, str], bytes] = {}
        self.calls: list[str] = []
        self.failures = 0
        self.largest = LARGEST

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Answers as https://grafana.com/docs/mimir/latest/references/http-api/ says."""

    server: Ruler

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        self.server.calls.append(f"{self.command} {unquote(self.path)}")

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def refuses(self) -> bool:
        if self.server.failures:
            self.server.failures -= 1
            self.answer(503, b"not yet")
            return True
        if "X-Scope-OrgID" not in self.headers:
            self.answer(401, b"no org id")
            return True
        return False

    def do_GET(self) -> None:
        if not self.refuses():
            groups = [
                {"file": namespace, "name": name}
                for tenant, namespace, name in self.server.held
                if tenant == self.headers["X-Scope-OrgID"]
            ]
            self.answer(200, json.dumps({"status": "success", "data": {"groups": groups}}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.refuses():
            return
        group = yaml.safe_load(body)
        if len(group["rules"]) > self.server.largest:
            self.answer(400, b"per-user rules per rule group limit exceeded")
            return
        self.server.held[self.headers["X-Scope-OrgID"], unquote(self.path.removeprefix(CONFIG)), group["name"]] = body
        self.answer(202, b"{}")

    def do_DELETE(self) -> None:
        if not self.refuses():
            namespace, name = map(unquote, self.path.removeprefix(CONFIG).split("/"))
            known = self.server.held.pop((self.headers["X-Scope-OrgID"], namespace, name), None)
            self.answer(202 if known else 404)


@pytest.fixture
def ruler() -> Iterator[Ruler]:
    with Ruler() as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rules as the job sees them."""
    folder = tmp_path / "rules"
    folder.mkdir()
    for it in of_kind("ConfigMap"):
        if it["metadata"]["name"].startswith("graf-mimir-rules"):
            for key, text in it["data"].items():
                (folder / key).write_text(text, encoding="utf-8")
    return folder


def run(ruler: Ruler, rules: Path) -> subprocess.CompletedProcess[str]:
    """The script from the ConfigMap, with the environment of the job, pointed at the double."""
    script = rules.parent / "load.py"
    script.write_text(one("ConfigMap", "mimir-rule-loader")["data"]["load.py"], encoding="utf-8")
    [job] = of_kind("Job")
    [container] = job["spec"]["template"]["spec"]["containers"]
    given = {it["name"]: it["value"] for it in container["env"]}
    environment = given | {"MIMIR_URL": ruler.url, "RULES_DIR": str(rules), "PAUSE": "0"}
    return subprocess.run(
        [sys.executable, "-B", str(script)], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def names(ruler: Ruler) -> set[str]:
    return {f"{namespace}_{name}.yaml" for _, namespace, name in ruler.held}


def test_it_stores_every_group_for_the_tenant(ruler: Ruler, rules: Path) -> None:
    done = run(ruler, rules)
    assert done.returncode == 0, done.stdout + done.stderr
    assert names(ruler) == {file.name for file in rules.iterdir()}
    assert {tenant for tenant, _, _ in ruler.held} == {"anonymous"}


def test_a_second_run_changes_nothing(ruler: Ruler, rules: Path) -> None:
    run(ruler, rules)
    before = dict(ruler.held)
    assert run(ruler, rules).returncode == 0
    assert ruler.held == before
    assert not [call for call in ruler.calls if call.startswith("DELETE")]


def test_it_deletes_a_group_of_ours_that_is_gone_and_nobody_elses(ruler: Ruler, rules: Path) -> None:
    ruler.held["anonymous", "tocsin.gone", "gone.alerts"] = b""
    ruler.held["anonymous", "tocsin-of-others", "theirs"] = b""
    ruler.held["other", "tocsin.gone", "gone.alerts"] = b""
    done = run(ruler, rules)
    assert "deleted tocsin.gone/gone.alerts" in done.stdout
    assert ("anonymous", "tocsin.gone", "gone.alerts") not in ruler.held
    assert ("anonymous", "tocsin-of-others", "theirs") in ruler.held
    assert ("other", "tocsin.gone", "gone.alerts") in ruler.held


def test_it_waits_for_a_ruler_that_is_not_up_yet(ruler: Ruler, rules: Path) -> None:
    ruler.failures = 3
    assert run(ruler, rules).returncode == 0
    assert names(ruler) == {file.name for file in rules.iterdir()}


def test_a_refused_group_fails_the_job_says_why_and_stops_neither_the_others_nor_deletes_any(
    ruler: Ruler, rules: Path
) -> None:
    ruler.largest = 20
    ruler.held["anonymous", "tocsin.gone", "gone.alerts"] = b""
    done = run(ruler, rules)
    assert done.returncode == 1
    assert "400 per-user rules per rule group limit exceeded" in done.stdout
    assert "tocsin.codex-bot_codex-bot.alerts.yaml" in names(ruler)
    assert ("anonymous", "tocsin.gone", "gone.alerts") in ruler.held


def test_an_empty_folder_deletes_nothing(ruler: Ruler, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    ruler.held["anonymous", "tocsin.codex-bot", "codex-bot.alerts"] = b""
    assert run(ruler, empty).returncode == 1
    assert ruler.held


def test_a_ruler_that_never_answers_fails_the_job(rules: Path) -> None:
    with Ruler() as closed:
        pass
    done = run(closed, rules)
    assert done.returncode == 1
    assert "after 6 attempts" in done.stdout
