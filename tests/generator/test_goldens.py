"""Whole trees: a small spec and every file that it renders, so that a change of any renderer is seen in full.

`make goldens` writes them anew after a wanted change.
"""

import os
from pathlib import Path, PurePosixPath

import pytest

from generator import bundle, spec
from generator.bundle import Bundle

CASES = Path(__file__).parents[1] / "cases"
UPDATE = os.environ.get("TOCSIN_UPDATE_GOLDENS") == "1"
NAMES = sorted(path.parent.name for path in CASES.glob("*/slo.yaml"))


def rendered(name: str) -> Bundle:
    return bundle.render(spec.load(CASES / name / "slo.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_case_renders_its_golden_tree(name: str) -> None:
    expected = CASES / name / "expected"
    made = rendered(name)
    if UPDATE:
        made.write(expected)

    assert list(made.differences(expected)) == []


@pytest.mark.parametrize("name", NAMES)
def test_rendering_is_a_function_of_the_spec(name: str) -> None:
    assert rendered(name).artifacts == rendered(name).artifacts


def test_the_committed_bundle_is_the_rendered_one() -> None:
    root = CASES.parents[1]

    differences = bundle.render(spec.load(root / "slo.yaml")).differences(root)

    assert list(differences) == []


def test_an_orphan_in_a_golden_tree_is_seen(tmp_path: Path) -> None:
    made = rendered(NAMES[0])
    made.write(tmp_path)
    (tmp_path / "monitoring" / "left.yaml").write_text("{}\n", "utf-8")

    assert [difference.path for difference in made.differences(tmp_path)] == [PurePosixPath("monitoring/left.yaml")]
