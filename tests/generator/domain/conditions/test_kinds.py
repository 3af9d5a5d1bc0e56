"""Holds every kind of condition to being whole, documented, and used in the case that has one of each."""

import inspect
import re

import pytest

from generator.domain.conditions import KINDS, Condition
from generator.spec import load
from tests.generator.specs import REAL

ROWS = re.compile(r"^\| `([a-z]+)` \| (.*?)\| (.*?) \| .* \|$", re.MULTILINE)
FIELD = re.compile(r"(\*\*)?`([a-z_]+)`(\*\*)?")
TABLE = (
    (REAL.parent / "docs" / "spec.md").read_text("utf-8").partition("#### Conditions")[2].partition("Bold fields")[0]
)

each = pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])


def lacking(kind: type[Condition]) -> list[str]:
    """What a kind has to say of itself and does not."""
    unsaid = [name for name in ("KIND", "SCHEMA") if not hasattr(kind, name)]
    return [*unsaid, *sorted(kind.__abstractmethods__)]


@each
def test_a_kind_says_everything_that_it_must(kind: type[Condition]) -> None:
    assert lacking(kind) == [], f"{kind.__name__} in {inspect.getsourcefile(kind)} lacks {', '.join(lacking(kind))}"


def test_what_a_half_made_kind_lacks_is_named() -> None:
    class Half(Condition):  # on purpose: it lacks what the next lines name
        KIND = "half"

    assert lacking(Half) == [  # type: ignore[type-abstract]  # a half-made one is what is tested
        "SCHEMA", "expression", "measured", "read", "scaled", "selectors", "sentence", "stimulus", "unit",
    ]  # fmt: skip


def test_the_documentation_has_a_row_for_each_kind_in_their_order() -> None:
    assert [name for name, _, _ in ROWS.findall(TABLE)] == [kind.KIND for kind in KINDS]


@each
def test_a_row_names_the_fields_of_its_kind_the_required_ones_in_bold(kind: type[Condition]) -> None:
    (cell,) = (fields for name, fields, _ in ROWS.findall(TABLE) if name == kind.KIND)
    words = cell.replace("(name from `values`, or number)", "")

    found = {name: bool(bold) for bold, name, _ in FIELD.findall(words)}

    properties, required = kind.SCHEMA["properties"], kind.SCHEMA["required"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    assert found == {name: name in required for name in properties}


def test_the_case_with_every_kind_has_every_kind() -> None:
    service = load(REAL.parent / "tests" / "cases" / "every-kind" / "slo.yaml")

    assert {type(alert.when) for alert in service.alerts} == set(KINDS)
