"""`tocsin prove` with the real promtool and amtool: what holds is counted, what fails is named."""

import errno
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from generator.cli import main
from generator.emit import emit
from generator.proof.promtool import Promtool
from generator.tool import Tool
from tests.generator.cli.conftest import ROOT, Tocsin

needs_tools = pytest.mark.skipif(
    not (shutil.which("promtool") and shutil.which("amtool")),
    reason="promtool or amtool is not installed: apt-get install prometheus prometheus-alertmanager",
)


@needs_tools
def test_every_kind_of_condition_and_indicator_is_proven(tocsin: Tocsin) -> None:
    tocsin("render")

    said = tocsin("prove")

    assert said.code == 0, said.out
    assert "12/12 documented alerts, 5 to 7 cases each, 0 failed" in said.out


def keep_only(*subjects: str, file: Path) -> None:
    """Leaves only these subjects' cases in a test file, because every case costs promtool a database."""
    content = yaml.safe_load(file.read_text("utf-8"))
    content["tests"] = [case for case in content["tests"] if case["name"].startswith(subjects)]
    file.write_text(emit(content), "utf-8")


@needs_tools
@pytest.mark.parametrize(
    ("written", "instead", "case"),
    [
        pytest.param("> 100", "> 99", "ShopQueueLong is silent at the threshold", id="a lower threshold"),
        pytest.param("> 100", "> 110", "ShopQueueLong fires beyond the threshold", id="a higher threshold"),
        pytest.param("for: 10m", "for: 5m", "ShopQueueLong does not fire before its time", id="a shorter wait"),
    ],
)
def test_a_rule_that_was_tampered_with_is_named_with_its_case(
    tocsin: Tocsin, spec: Path, written: str, instead: str, case: str
) -> None:
    tocsin("render")
    rules = spec.parent / "monitoring/prometheus/rules/shop.rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace(written, instead, 1), "utf-8")
    tests = spec.parent / "monitoring/prometheus/tests"
    for other in tests.glob("*.slo.test.yaml"):
        other.unlink()
    keep_only("ShopQueueLong", "ShopFreeSpaceLow", file=tests / "shop.test.yaml")

    failures = list(Promtool(Tool.find("promtool", "prometheus"), spec.parent).test(lambda *_: None))

    assert case in {failure.name for failure in failures}


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., str]:
    """Writes a stand-in for a program: what it says of its version, and what it does with anything else."""

    def write(name: str, version: str, otherwise: str = "exit 0") -> str:
        place = tmp_path / name
        place.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "{version}" && exit 0\n{otherwise}\n', "utf-8")
        place.chmod(0o755)
        return str(place)

    return write


Program = Callable[..., str]


@pytest.fixture
def tools(program: Program) -> tuple[str, ...]:
    """Options that name a promtool and an amtool which hold everything for true."""
    return (
        "--promtool", program("promtool", "promtool, version 3.5.0"),
        "--amtool", program("amtool", "amtool, version 0.28.1"),
    )  # fmt: skip


def test_what_is_proven_lies_on_disk(tocsin: Tocsin, spec: Path, program: Program, tools: tuple[str, ...]) -> None:
    tocsin("render")
    before = {path: path.stat().st_mtime_ns for path in spec.parent.rglob("*")}
    promtool = program("seeing", "promtool, version 3.5.0", f"echo $(pwd) $* >>{spec.parent.parent}/seen")

    said = tocsin("prove", *tools, "--promtool", promtool)

    seen = (spec.parent.parent / "seen").read_text("utf-8").splitlines()
    folder = spec.parent / "monitoring/prometheus"
    assert said.code == 0, said.out
    assert f"{folder}/tests test rules shop.test.yaml" in seen
    assert any(line.startswith(f"{folder}/rules check rules shop-orders.slo.rules.yaml") for line in seen)
    assert {path: path.stat().st_mtime_ns for path in spec.parent.rglob("*") if path in before} == before


def test_a_bundle_that_is_not_as_rendered_proves_nothing(tocsin: Tocsin, spec: Path, tools: tuple[str, ...]) -> None:
    tocsin("render")
    rules = spec.parent / "monitoring/prometheus/rules/shop.rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("> 100", "> 99"), "utf-8")

    said = tocsin("prove", *tools)

    assert said.code == 1
    assert said.out.startswith(
        "changed  monitoring/prometheus/rules/shop.rules.yaml\n1 file is not as the spec renders;"
    )
    assert "documented alerts" not in said.out


@pytest.mark.parametrize("system", [(), ("--system", "televibe")], ids=["all systems", "one system"])
def test_a_rule_file_that_nothing_renders_is_named_because_prometheus_loads_it(
    tools: tuple[str, ...], system: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--spec", str(ROOT / "slo.yaml"), "--out", str(tmp_path / "five"))
    main(["render", *place])
    (tmp_path / "five/monitoring/prometheus/rules/extra.rules.yaml").write_text("groups: []\n", "utf-8")
    capsys.readouterr()

    code = main(["prove", *place, *tools, *system])

    said = capsys.readouterr().out
    assert code == 1
    assert said.startswith("orphan   monitoring/prometheus/rules/extra.rules.yaml\n1 file is not as the spec renders;")
    assert "documented alerts" not in said


def test_a_program_that_hangs_when_asked_for_its_version_is_given_up_soon(
    tocsin: Tocsin, tmp_path: Path, tools: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.tool.QUICK", 0.3)
    hung = tmp_path / "hung"
    hung.write_text("#!/bin/sh\nexec sleep 20\n", "utf-8")
    hung.chmod(0o755)
    begun = time.monotonic()

    said = tocsin("prove", *tools, "--promtool", str(hung))

    assert said.code == 2
    assert said.err == (
        f"error: {hung} --version did not answer within 0.3 s; run it by hand, or install prometheus again\n"
    )
    assert time.monotonic() - begun < 15


@pytest.mark.parametrize("out", [(), ("--out", "/nonexistent")], ids=["beside the spec", "elsewhere"])
def test_where_nothing_is_rendered_nothing_can_be_proven(
    tocsin: Tocsin, tools: tuple[str, ...], out: tuple[str, ...]
) -> None:
    said = tocsin("prove", *tools, *out)

    assert said.code == 2
    assert "no bundle is rendered here; run `tocsin render` first" in said.err


def test_rules_that_cannot_be_read_are_told_once_and_nothing_is_tested(
    tocsin: Tocsin, program: Program, tools: tuple[str, ...], tmp_path: Path
) -> None:
    tocsin("render")
    otherwise = f'[ "$1" = test ] && touch {tmp_path}/tested; [ "$2" != rules ] || {{ echo broken rule; exit 1; }}'
    promtool = program("strict", "promtool, version 3.5.0", otherwise)

    said = tocsin("prove", *tools, "--promtool", promtool)

    assert said.code == 1
    assert said.out.count("broken rule") == 1
    assert said.out.endswith("nothing was tested: the rules on disk cannot be loaded\n")
    assert not (tmp_path / "tested").exists()


def test_what_several_cases_say_alike_is_printed_once(tocsin: Tocsin, program: Program, tools: tuple[str, ...]) -> None:
    tocsin("render")
    amtool = program("lost", "amtool, version 0.28.1", '[ "$1" = check-config ] || { echo no way; exit 1; }')

    said = tocsin("prove", *tools, "--amtool", amtool)

    assert said.code == 1
    assert said.out.count("FAILED") > 10
    assert said.out.count("no way") == 1


def test_a_program_without_a_version_is_taken_for_the_target(
    tocsin: Tocsin, program: Program, tools: tuple[str, ...]
) -> None:
    """`go install` builds them like that."""
    tocsin("render")
    promtool = program("gone", "promtool, version  (branch: , revision: unknown)")

    said = tocsin("prove", *tools, "--promtool", promtool)

    assert said.code == 0, said.err
    assert f"note: {promtool} was built without a version; taken for 2.42, the target" in said.out
    assert "(promtool 2.42)" in said.out


@pytest.mark.parametrize("version", ["git version unknown", "promtool", ""])
def test_another_program_is_taken_for_nothing(
    tocsin: Tocsin, program: Program, tools: tuple[str, ...], version: str
) -> None:
    tocsin("render")

    said = tocsin("prove", *tools, "--promtool", program("other", version))

    assert said.code == 2
    assert "does not tell its version; is it prometheus's?" in said.err


def test_a_test_that_takes_too_long_is_a_failure_of_its_file(
    tocsin: Tocsin, program: Program, tools: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    tocsin("render")
    monkeypatch.setattr("generator.tool.PATIENCE", 0.3)
    promtool = program("slow", "promtool, version 3.5.0", '[ "$3" != shop.test.yaml ] || exec sleep 30')

    said = tocsin("prove", *tools, "--promtool", promtool)

    assert said.code == 1
    assert "FAILED shop.test.yaml\n    gave up: slow did not end within 0.3 s; shorten the windows or `for`" in said.out
    assert "0/12 documented alerts" in said.out


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "9" * 30])
def test_no_number_of_processes_is_refused(tocsin: Tocsin, jobs: str) -> None:
    said = tocsin("prove", "--jobs", jobs)

    assert said.code == 2
    assert "is not 1 or more; write a whole number such as 4" in said.err


def test_an_error_of_the_system_is_told_with_its_place_and_a_remedy(
    tocsin: Tocsin, monkeypatch: pytest.MonkeyPatch
) -> None:
    tocsin("render")

    def failing(self: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error", str(self))

    monkeypatch.setattr(Path, "read_bytes", failing)
    said = tocsin("check")

    assert said.code == 2
    assert said.err.startswith("error: /")
    assert said.err.endswith(": Input/output error; the disk fails; look at the system's log\n")


def test_a_missing_program_names_the_package(tocsin: Tocsin) -> None:
    said = tocsin("prove", "--promtool", "no-such-promtool")

    assert said.code == 2
    assert "apt-get install prometheus" in said.err


def test_the_schema_is_a_json_schema(tocsin: Tocsin) -> None:
    assert json.loads(tocsin("schema").out)["title"] == "Tocsin SLO spec"
