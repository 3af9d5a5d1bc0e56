"""Holds the schema that editors read to the one that `tocsin` reads, and its messages to plain words."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from generator.domain.conditions import KINDS
from generator.spec.document import parse
from generator.spec.schema import schema, structure_problems
from tests.generator.specs import REAL, SMALL, changed, place

FILE = REAL.parent / "generator" / "spec" / "schema.json"


def test_the_file_for_editors_is_the_schema() -> None:
    """`python -m generator schema > generator/spec/schema.json` writes it anew."""
    expected = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"

    assert FILE.read_text(encoding="utf-8") == expected


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(dict(schema()))


def test_every_kind_of_condition_has_its_entry() -> None:
    properties = schema()["$defs"]["when"]["properties"]

    assert list(properties) == [*(kind.KIND for kind in KINDS), "above", "below"]
    assert all(properties[kind.KIND] == kind.SCHEMA for kind in KINDS)


def test_no_mapping_takes_unknown_keys() -> None:
    def objects(node: object) -> list[dict[str, object]]:
        if isinstance(node, list):
            return [found for item in node for found in objects(item)]
        if not isinstance(node, dict):
            return []
        here = [node] if node.get("type") == "object" else []
        return here + [found for value in node.values() for found in objects(value)]

    loose = [found for found in objects(schema()) if "additionalProperties" not in found]

    assert loose == [{"type": "object"}]  # the JSON body of a call, which is the receiver's business


@pytest.mark.parametrize(
    "path", [REAL, *sorted(REAL.parent.glob("tests/cases/*/slo.yaml"))], ids=lambda path: path.parent.name
)
def test_a_spec_names_the_schema_in_its_first_line(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]

    name = first.removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / name).resolve() == FILE


def test_the_specs_fit_the_schema_as_any_other_tool_reads_it() -> None:
    for text in (SMALL, REAL.read_text(encoding="utf-8")):
        jsonschema.validate(yaml.safe_load(text), dict(schema()), jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version: 1\n", "version: true\n", "True is not 1"),
        ("chat_id: -100", "chat_id: some", "'some' is a text; write a whole number"),
        ("forbidden: [user_id]", "forbidden: user_id", "'user_id' is a text; write a list"),
        ("{session: 100}", "[session]", "['session'] is a list; write a mapping"),
        ("above: 2%", "above: [2]", "[2] is a list; write a number with its unit, such as 2%"),
        ("paging: false", "paging: no", "'no' is a text; write true or false"),
        ("emitter: external", "emitter: extern", "'extern' is not allowed; did you mean 'external'?"),
        ("steps: [Order something.]", "steps: []", "has fewer than 1 entries"),
        ("see: [first-look]", "see: [first-look, first-look]", "['first-look', 'first-look'] holds an entry twice"),
        ("session: 100", "session: 0", "0 is below 1"),
        (
            "  - name: first-look",
            "  - name: First Look",
            "'First Look' does not fit here; write lower case letters, digits and dashes, a letter",
        ),
        (
            "labels: {shop: [north, south]}",
            "labels: {shop: all}",
            "'all' fits none of the forms; write a list of every allowed value, such as [ok,",
        ),
        ("{method: PATCH, ", "{", "'method' is missing"),
        ("{always: {}}", "{}", "has fewer than 1 entries"),
        ("above: 2%", "above: 2%, below: 1%", "has more than 2 entries"),
    ],
)
def test_what_does_not_fit_is_told_in_yamls_words(old: str, new: str, told: str) -> None:
    (problem,) = structure_problems(parse(changed(old, new), "slo.yaml"))

    assert f"{problem.what}; {problem.remedy}".startswith(told)


def test_a_huge_value_is_shown_in_short() -> None:
    text = changed("scrape_interval: 30s", f"scrape_interval: [{', '.join(['[1, 2, 3]'] * 5000)}]")

    (problem,) = structure_problems(parse(text, "slo.yaml"))

    assert len(problem.what) < 100


def test_what_only_the_strict_validator_refuses_is_told_as_well() -> None:
    """Python's `$` matches before a last line break, JSON Schema's does not."""
    text = changed("  - name: first-look", '  - name: "first-look\\n"')

    (problem,) = structure_problems(parse(text, "slo.yaml"))

    assert problem.path == "procedures[0].name"
    assert f"{problem.line}:{problem.column}" == place(text, 'name: "first-look')
