"""Where parts of a spec stand, for what only rendering can find wrong: told as every other problem is."""

import pytest

from generator.spec import load_text
from tests.generator.specs import SMALL, place


@pytest.mark.parametrize(
    ("part", "passage", "path"),
    [
        ("bundle", "bundle:", "bundle"),
        ("repository", "repository: https", "bundle.repository"),
        ("routing", "routing:", "routing"),
        ("system shop", "name: shop\n    title", "systems[0].name"),
    ],
)
def test_a_part_has_a_place_and_a_path(part: str, passage: str, path: str) -> None:
    line, _, _column = place(SMALL, passage).partition(":")

    told = load_text(SMALL, "my.yaml").places[part]

    assert told.startswith(f"my.yaml:{line}:")
    assert told.endswith(f": {path}")


def test_a_part_that_is_left_out_is_told_where_it_would_be() -> None:
    assert load_text(SMALL).places["namespaces"].endswith(": bundle.deployment.namespaces")
