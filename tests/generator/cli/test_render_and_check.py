"""`tocsin render` and `tocsin check`: all or nothing, and drift in all its forms."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.cli import main
from tests.generator.cli.conftest import ROOT, Said, Tocsin

RULES = "monitoring/prometheus/rules/shop.rules.yaml"


def test_what_was_rendered_checks_as_the_same(tocsin: Tocsin) -> None:
    assert tocsin("render").code == 0

    assert tocsin("check").code == 0


def test_rendering_twice_changes_nothing(tocsin: Tocsin) -> None:
    tocsin("render")

    assert "0 new, 0 changed, 0 no longer rendered" in tocsin("render").out


def test_a_changed_file_is_drift(tocsin: Tocsin, spec: Path) -> None:
    tocsin("render")
    (spec.parent / RULES).write_text("groups: []\n", "utf-8")

    said = tocsin("check", "--show")

    assert said.code == 1
    assert f"changed  {RULES}" in said.out
    assert "+groups:" in said.out


def test_a_missing_file_is_drift(tocsin: Tocsin, spec: Path) -> None:
    tocsin("render")
    (spec.parent / RULES).unlink()

    said = tocsin("check")

    assert said.code == 1
    assert f"missing  {RULES}" in said.out


def test_a_file_that_nothing_renders_is_drift(tocsin: Tocsin, spec: Path) -> None:
    tocsin("render")
    (spec.parent / "monitoring" / "notes.txt").write_text("mine\n", "utf-8")

    said = tocsin("check")

    assert said.code == 1
    assert "orphan   monitoring/notes.txt" in said.out


def test_a_rendered_file_that_is_no_longer_wanted_is_removed(
    tocsin: Tocsin, spec: Path, edit: Callable[[str, str], None]
) -> None:
    tocsin("render")
    edit("name: ShopDown\n", "name: ShopGone\n")

    tocsin("render")

    assert not (spec.parent / "monitoring/runbooks/ShopDown.md").exists()
    assert (spec.parent / "monitoring/runbooks/ShopGone.md").exists()


def test_a_file_of_somebody_else_is_left_alone(tocsin: Tocsin, spec: Path) -> None:
    tocsin("render")
    foreign = spec.parent / "monitoring" / "notes.txt"
    foreign.write_text("mine\n", "utf-8")

    said = tocsin("render")

    assert foreign.read_text("utf-8") == "mine\n"
    assert "left alone" in said.out


def test_a_bad_spec_changes_nothing_and_exits_with_two(
    tocsin: Tocsin, spec: Path, edit: Callable[[str, str], None]
) -> None:
    edit("severity: warning", "severity: wanring")

    said = tocsin("render")

    assert said.code == 2
    assert "did you mean 'warning'?" in said.err
    assert not (spec.parent / "monitoring").exists()


def test_a_place_that_is_taken_changes_nothing(tocsin: Tocsin, spec: Path) -> None:
    (spec.parent / RULES).mkdir(parents=True)

    said = tocsin("render")

    assert said.code == 2
    assert "nothing was changed" in said.err
    assert [path for path in spec.parent.rglob("*") if path.is_file()] == [spec]


def test_a_scaled_bundle_never_replaces_the_real_one(tocsin: Tocsin) -> None:
    said = tocsin("render", "--time-scale", "60")

    assert said.code == 2
    assert "--out" in said.err


def test_a_scaled_bundle_has_shorter_waits(tocsin: Tocsin, tmp_path: Path) -> None:
    tocsin("render", "--time-scale", "60", "--out", str(tmp_path / "fast"))

    assert "for: 10s" in (tmp_path / "fast" / RULES).read_text("utf-8")


def test_an_unknown_system_is_named_with_the_nearest(tocsin: Tocsin) -> None:
    said = tocsin("render", "--system", "shpo")

    assert said.code == 2
    assert "did you mean 'shop'?" in said.err


def test_blanks_between_forms_are_no_part_of_their_names(tocsin: Tocsin, spec: Path) -> None:
    said = tocsin("render", "--output", " argocd, mimir")

    assert said.code == 0, said.err
    assert (spec.parent / "monitoring/mimir").is_dir()
    assert not (spec.parent / "monitoring/prometheus").exists()


@pytest.fixture
def bundle_of_five(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command on the repository's own spec, into a folder of the test."""

    def run(command: str, *arguments: str) -> Said:
        code = main([command, "--spec", str(ROOT / "slo.yaml"), "--out", str(tmp_path / "five"), *arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


def test_one_system_alone_leaves_shared_files_to_the_whole(bundle_of_five: Callable[..., Said], tmp_path: Path) -> None:
    bundle_of_five("render", "--system", "televibe")

    assert (tmp_path / "five/monitoring/prometheus/rules/televibe.rules.yaml").exists()
    assert not (tmp_path / "five/monitoring/prometheus/rules/agentos.rules.yaml").exists()
    assert not (tmp_path / "five/monitoring/alertmanager/alertmanager.yml").exists()


def test_one_system_alone_is_as_the_whole_has_it(bundle_of_five: Callable[..., Said], tmp_path: Path) -> None:
    bundle_of_five("render")
    (tmp_path / "five/monitoring/notes.txt").write_text("mine\n", "utf-8")

    assert bundle_of_five("check", "--system", "televibe").code == 0
    assert bundle_of_five("check").code == 1


def test_an_older_alertmanager_loses_its_telegram_receiver_aloud(tocsin: Tocsin, spec: Path) -> None:
    said = tocsin("render", "--target", "alertmanager=0.25")

    assert "bot_token_file" in said.out
    assert "telegram_configs" not in (spec.parent / "monitoring/alertmanager/alertmanager.yml").read_text("utf-8")


def test_a_version_that_is_none_is_refused(tocsin: Tocsin) -> None:
    said = tocsin("render", "--target", "prometheus=new")

    assert said.code == 2
    assert "write major.minor" in said.err
