"""What the README shows is what the commands print; TOCSIN_UPDATE_GOLDENS=1 writes it anew."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.cli import main, options
from tests.docs.blocks import ROOT, block, hold

SPEC = ROOT / "slo.yaml"

Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in the repository, 100 columns wide, and gives back all that it printed."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> str:
        main(list(arguments))
        said = capsys.readouterr()
        return said.out + said.err

    return run


def edited(folder: Path, old: str, new: str) -> Path:
    """The spec with one piece of text replaced, outside the repository."""
    text = SPEC.read_text("utf-8")
    assert old in text
    place = folder / "slo.yaml"
    place.write_text(text.replace(old, new, 1), "utf-8")
    return place


def test_the_help_is_the_real_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")

    hold("help", f"$ tocsin --help\n{options.parser().format_help()}")


def test_explain_is_what_explain_says(run: Run) -> None:
    name = "OpenAgentsRuntimeHttp5xxRateHigh"

    hold("explain", f"$ tocsin explain {name}\n{run('explain', name)}")


def test_diff_is_what_diff_says(run: Run, tmp_path: Path) -> None:
    place = edited(tmp_path, "above: 2%\n", "above: 3%\n        reason: Load tests run until Friday.\n")

    hold("diff", f"$ tocsin diff\n{run('diff', '--spec', str(place), '--out', '.')}")


def test_a_mistake_is_named_as_shown(run: Run, tmp_path: Path) -> None:
    place = edited(tmp_path, "severity: warning\n", "severity: wanring\n")
    text = place.read_text("utf-8")
    place.write_text(text.replace('{status_class="5xx"}', '{status_class="5x"}', 1), "utf-8")

    said = run("check", "--spec", str(place), "--out", ".").replace(f"{tmp_path}/", "")

    hold("mistake", f"$ tocsin check\n{said}")


def test_the_proof_has_the_shape_that_prove_prints() -> None:
    assert re.search(r"\n32/32 documented alerts, 7 cases each, 0 failed \(promtool \d+\.\d+\)\n", block("prove"))


@pytest.mark.parametrize("command", sorted(options.COMMANDS))
def test_every_command_teaches_its_options(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    assert options.COMMANDS[command][1].split(".")[0] in " ".join(capsys.readouterr().out.split())
